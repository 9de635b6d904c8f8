package portvakt.gate.loop;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.gate.access.Credential;
import portvakt.gate.port.Display;
import portvakt.gate.port.Display.Face;
import portvakt.gate.port.Turnstile.Indication;
import portvakt.protocol.Assurance;
import portvakt.protocol.DenialReason;

/**
 * What the person in front of the gate is told: by lamps and buzzer, and by a display where there is one. The display keeps a
 * denial for longer than the lamps do, since a sentence takes time to read, but never over something newer. Belongs to the
 * loop's thread.
 */
final class Front {

    private static final Logger LOG = LoggerFactory.getLogger(Front.class);

    /** Long enough for two short sentences in a second language. */
    static final Duration READING_TIME = Duration.ofSeconds(5);

    private final RetryingTurnstile lamps;
    private final boolean entrance;
    private final Map<String, Boolean> readers = new TreeMap<>();
    private Optional<Display> display = Optional.empty();
    private Face face = new Face.Ready();
    private OptionalLong readUntilNs = OptionalLong.empty();
    private boolean serverLost;
    private boolean displayFailed;

    /** @param entrance whether a gate that cannot write its journal lets nobody through */
    Front(RetryingTurnstile lamps, boolean entrance) {
        this.lamps = lamps;
        this.entrance = entrance;
    }

    /** Before the loop starts. */
    void display(Display newest) {
        display = Optional.of(newest);
    }

    /** What was denied stays on the display until it has been read. */
    void ready() {
        lamps.show(Indication.READY);
        if (readUntilNs.isEmpty()) {
            face = new Face.Ready();
        }
    }

    void granted(Optional<Credential> credential) {
        lamps.show(Indication.GRANTED);
        now(new Face.Granted(credential.flatMap(Credential::holder)));
    }

    void releasedForExit() {
        lamps.show(Indication.GRANTED);
        now(new Face.ReleasedForExit());
    }

    void waiting() {
        lamps.show(Indication.WAIT);
        now(new Face.Waiting());
    }

    void free() {
        lamps.show(Indication.FREE);
        now(new Face.Fire());
    }

    void denied(DenialReason reason, Optional<Credential> about, long nowNs) {
        boolean busy = reason == DenialReason.GATE_BUSY;
        lamps.show(busy ? Indication.WAIT : Indication.DENIED);
        boolean pass = about.filter(credential -> credential.assurance() == Assurance.SIGNED_PASS)
                .isPresent();
        now(new Face.Denied(reason, pass));
        readUntilNs = busy ? OptionalLong.empty() : OptionalLong.of(nowNs + READING_TIME.toNanos());
    }

    private void now(Face newest) {
        face = newest;
        readUntilNs = OptionalLong.empty();
    }

    void reader(String name, boolean works) {
        readers.put(name, works);
    }

    void server(boolean reachable) {
        serverLost = !reachable;
    }

    /** When a denial has been read. */
    OptionalLong deadlineNs() {
        return readUntilNs;
    }

    /**
     * Tells the display how things are. Call at each turn of the loop.
     *
     * @param idle     nobody is going through, and the lamps say so
     * @param faulty   the journal cannot be written
     * @param listsOld as {@link Display.Notice#listOld}
     */
    void tell(long nowNs, boolean idle, boolean faulty, boolean listsOld) {
        if (readUntilNs.isPresent() && nowNs - readUntilNs.getAsLong() >= 0) {
            readUntilNs = OptionalLong.empty();
            if (idle) {
                face = new Face.Ready();
            }
        }
        if (display.isEmpty()) {
            return;
        }
        ArrayList<String> lost = new ArrayList<>();
        readers.forEach((name, works) -> {
            if (!works) {
                lost.add(name);
            }
        });
        boolean allLost = !readers.isEmpty() && lost.size() == readers.size();
        boolean dead = allLost || (faulty && entrance) || lamps.retryAtNs().isPresent();
        Display.Notice notice = new Display.Notice(
                dead && face instanceof Face.Ready ? new Face.OutOfOrder() : face, lost, serverLost, listsOld);
        try {
            display.get().show(notice);
        } catch (RuntimeException e) {
            // A screen is no reason to keep anybody waiting.
            if (!displayFailed) {
                displayFailed = true;
                LOG.error("The display fails, and the gate goes on without it", e);
            }
        }
    }
}
