package portvakt.sim.check;

import java.util.SortedMap;
import portvakt.sim.world.Violation;

/** Whose the events of a gate are that the server has: its own alone, or also another computer's, a copy's or a thief's. */
public final class Standing {

    private boolean spokenFor;
    private boolean everSpokenFor;
    private long before;
    private int alarmsBefore;

    Standing() {}

    /** Somebody else speaks in this gate's name from now on. */
    public void spokenFor() {
        spokenFor = true;
        everSpokenFor = true;
    }

    /** Whether somebody else has spoken since it was enrolled. */
    public boolean isSpokenFor() {
        return spokenFor;
    }

    /** Whether somebody else has ever spoken. */
    boolean wasEverSpokenFor() {
        return everSpokenFor;
    }

    /** The newest event that the server had when the gate was enrolled: what follows can be nobody else's; 0: there was none. */
    long before() {
        return before;
    }

    /** So many alarms of the gate were in the server's log then. */
    int alarmsBefore() {
        return alarmsBefore;
    }

    /** Whoever had its key is cut off. */
    void enrolledAnew(long newest, int alarms) {
        before = newest;
        alarmsBefore = alarms;
        spokenFor = false;
    }

    /**
     * Of a gate in whose name nobody else has spoken, and whose disk has lost nothing: all that was acknowledged is there, and nothing that it did
     * not write.
     */
    void check(
            String gate, SortedMap<Long, GateWatch.Booked> written, SortedMap<Long, String> stored, long acknowledged) {
        stored.forEach((sequence, hash) -> {
            if (!written.containsKey(sequence) || !written.get(sequence).hash().equals(hash)) {
                throw new Violation("the server's log is not the gate's journal", gate + ": event " + sequence);
            }
        });
        written.headMap(acknowledged + 1).keySet().forEach(sequence -> {
            if (!stored.containsKey(sequence)) {
                throw new Violation("what was acknowledged is lost", gate + ": event " + sequence);
            }
        });
    }

    /** Of a copy of the gate's card, which is somebody else. */
    Standing copy() {
        Standing copy = new Standing();
        copy.before = before;
        copy.alarmsBefore = alarmsBefore;
        copy.spokenFor();
        return copy;
    }
}
