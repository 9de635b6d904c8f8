package portvakt.gate.loop;

import java.util.Optional;
import java.util.OptionalLong;
import portvakt.gate.access.GateTime;
import portvakt.gate.journal.SealKey;
import portvakt.gate.journal.SealSchedule;
import portvakt.gate.port.EventJournal;

/** Puts the gate's signature into its journal when it is due. Belongs to the loop's thread. */
final class Sealer {

    private final Optional<SealKey> key;
    private final EventJournal journal;
    private final EventRecorder recorder;
    private final Notices notices;
    private Optional<SealSchedule> schedule = Optional.empty();

    /** @param key empty: a gate that cannot sign, and never does */
    Sealer(Optional<SealKey> key, EventJournal journal, EventRecorder recorder, Notices notices) {
        this.key = key;
        this.journal = journal;
        this.recorder = recorder;
        this.notices = notices;
    }

    /** Signs if it is time to. Not for the moment in which somebody waits: it takes about a millisecond. */
    void sealIfDue(GateTime now) {
        SealSchedule current = schedule.orElseGet(() -> SealSchedule.starting(now.uptimeNs()));
        schedule = Optional.of(current);
        if (current.isDue(journal.last(), now.uptimeNs())) {
            seal(now);
        }
    }

    void seal(GateTime now) {
        if (key.isEmpty()) {
            return;
        }
        SealSchedule current = schedule.orElseGet(() -> SealSchedule.starting(now.uptimeNs()));
        OptionalLong sequence = OptionalLong.empty();
        try {
            sequence = recorder.seal(key.get(), now);
        } catch (IllegalStateException e) {
            notices.alarm("SEAL_FAILED", String.valueOf(e.getMessage()));
        }
        schedule = Optional.of(
                sequence.isPresent()
                        ? current.sealed(sequence.getAsLong(), now.uptimeNs())
                        : current.failed(now.uptimeNs()));
    }
}
