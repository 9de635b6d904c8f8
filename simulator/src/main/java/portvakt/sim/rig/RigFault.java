package portvakt.sim.rig;

/** What the rig does to real processes. Each is survived wholly: nothing is lost, doubled or wrong when it is over. */
public enum RigFault {
    /** SIGKILL; started again. */
    GATE_KILLED(Victim.GATE),
    /** SIGSTOP and SIGCONT: it stands still in the middle of whatever it does. */
    GATE_STOPPED(Victim.GATE),
    /** The port of the switch that the gate is at goes down and up again. */
    NETWORK_CUT(Victim.CABLE),
    /** A tenth and more of the packets is lost, the rest late (netem). */
    NETWORK_POOR(Victim.CABLE),
    /** Not a page is left on the gate's disk. */
    DISK_FULL(Victim.DISK),
    SERVER_KILLED(Victim.SERVER),
    SERVER_STOPPED(Victim.SERVER),
    BROKER_KILLED(Victim.BROKER),
    BROKER_STOPPED(Victim.BROKER),
    /** SIGKILL to PostgreSQL and all its processes. */
    DATABASE_KILLED(Victim.DATABASE),
    /** PostgreSQL's immediate stop. */
    DATABASE_ABORTED(Victim.DATABASE),
    DATABASE_STOPPED(Victim.DATABASE);

    /** What a fault strikes; one thing bears one fault at a time. */
    enum Victim {
        GATE(true),
        CABLE(true),
        DISK(true),
        SERVER(false),
        BROKER(false),
        DATABASE(false);

        private final boolean ofGate;

        Victim(boolean ofGate) {
            this.ofGate = ofGate;
        }

        /** Whether each gate has one. */
        boolean isOfGate() {
            return ofGate;
        }
    }

    private final Victim victim;

    RigFault(Victim victim) {
        this.victim = victim;
    }

    Victim victim() {
        return victim;
    }
}
