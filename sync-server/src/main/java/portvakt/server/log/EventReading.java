package portvakt.server.log;

import portvakt.server.port.LogEntry;

/** What came of reading an event's bytes. */
public sealed interface EventReading {

    /** @param entry the row that the log shows; its id is 0 until it is committed */
    record Legible(LogEntry entry) implements EventReading {}

    /** @param cause plain English, no personal data */
    record Illegible(String cause) implements EventReading {}
}
