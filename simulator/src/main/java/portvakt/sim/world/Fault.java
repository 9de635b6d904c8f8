package portvakt.sim.world;

/** What may go wrong in a world. simulator/docs/simulate.md says what has to come of each. */
public enum Fault {
    /** A message takes seconds. */
    BROKER_SLOW,
    /** A message is lost, and with it, some seconds later, the connection. */
    BROKER_LOSES,
    /** A message comes twice. */
    BROKER_DOUBLES,
    /** Messages of one connection overtake each other. */
    BROKER_REORDERS,
    /** A message arrives, and the sender hears that it did not. */
    BROKER_FALSE_FAILURE,
    /** A connection ends; it may take minutes until the next. */
    LINK_LOST,
    /** The broker stops hard and comes back as it was some messages before, or with nothing. */
    BROKER_RESTARTS,
    /** The power goes: what was not synced is lost or torn. */
    POWER_CUT,
    /** The power goes in the middle of a write. */
    POWER_CUT_AT_WRITE,
    /** No room on the disk for a while. */
    DISK_FULL,
    /** Syncs fail, and some take seconds. */
    SYNC_FAILS,
    /** Bits of a list on the disk change by themselves. */
    DISK_ROT,
    /** The clock is unset after a start: far in the past, and said to be so. */
    CLOCK_UNSET,
    /** The clock runs fast or slow. */
    CLOCK_DRIFT,
    /** A synchronised clock jumps by hours. */
    CLOCK_JUMP,
    /** The reader is unplugged for a while. */
    READER_LOST,
    /** A card is torn off before it is read. */
    CARD_TORN_OFF,
    /** The reader says nonsense, much of it. */
    READER_BABBLES,
    /** The arm's sensor says nothing for a while. */
    SENSOR_STUCK,
    /** The relay does not obey for a while. */
    RELAY_STUCK,
    /** The gate's program is killed. */
    GATE_KILLED,
    /** The server's program is killed, at any point of a commit. */
    SERVER_KILLED,
    /** The database does not commit, or commits and says that it did not. */
    DATABASE_FAILS,
    /** The register says things twice and in the wrong order. */
    REGISTER_DISORDER,
    /** Another key signs from now on; the old one retires, or is removed and the epoch rises. */
    KEY_ROTATION,
    /** Hundreds of cards change at once. */
    REGISTER_BURST,
    /** A thief of a key, or of none, publishes a list in which nobody is revoked. */
    FORGED_LIST,
    /** Whoever stole a gate's journal, and may send by its certificate without having its key, sends events in its name. */
    STOLEN_GATE_KEY,
    /** Fire. */
    FIRE,
    /** A thief without a key that counts publishes enrolments and policies: another site's, older ones, his own. */
    FORGED_FACTS,
    /** A fire drill: all gates are freed, everybody goes out, and a muster is held. */
    FIRE_DRILL,
    /** Bits of the journal on the disk change by themselves. */
    JOURNAL_ROT,
    /** A gate's SD card is copied, and the copy runs in another computer: with the gate's name and key, and people of its own. */
    CARD_COPIED,
    /** A gate's computer is dead, with its SD card, and another one is enrolled in its place; or the same one is, with what it has. */
    ENROLLED_ANEW
}
