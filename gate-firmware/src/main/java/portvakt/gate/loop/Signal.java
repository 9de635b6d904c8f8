package portvakt.gate.loop;

import java.util.Optional;
import portvakt.gate.access.CardList;
import portvakt.gate.access.Enrolments;
import portvakt.gate.access.Passback;
import portvakt.gate.access.Passes;
import portvakt.gate.access.SiteRules;
import portvakt.gate.port.Display;
import portvakt.gate.port.ReaderSignal;
import portvakt.gate.port.TurnstileSignal;
import portvakt.gate.status.ListRefusal;

/** All that can happen to a gate. */
public sealed interface Signal {

    record FromReader(ReaderSignal signal) implements Signal {}

    record FromTurnstile(TurnstileSignal signal) implements Signal {}

    /** All events up to this one are on the disk. */
    record JournalDurable(long sequence) implements Signal {}

    /** What was appended cannot be made durable. Sent at each failed try. */
    record JournalFailed(String cause) implements Signal {}

    /** @param notStored why it will be gone after a restart; empty when it is safely on the disk */
    record ListInstalled(CardList list, boolean newVersion, Optional<String> notStored) implements Signal {}

    record ListRefused(String list, ListRefusal cause, String detail) implements Signal {}

    record EnrolmentsChanged(Enrolments enrolments) implements Signal {}

    /** Whose passes count, by the newest trust file. */
    record PassesChanged(Passes passes) implements Signal {}

    /** The site's signed policy replaces the one before. */
    record PolicyChanged(SiteRules rules) implements Signal {}

    /** The server tells who left the site. */
    record PassbackHeard(Passback.News news) implements Signal {}

    /** The connection to the server has come or gone. Not told by a gate that has none. */
    record ServerReachable(boolean reachable) implements Signal {}

    record FromDisplay(Display.Health health) implements Signal {}

    /** Something outside the passage that somebody has to look at. @param kind stable, for example BAD_MESSAGE */
    record Alarmed(String kind, String detail) implements Signal {}

    /** Lock and end. */
    record Stop() implements Signal {}
}
