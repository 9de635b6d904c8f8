package portvakt.gate.loop;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import portvakt.gate.access.AccessPolicy;
import portvakt.gate.journal.SealKey;
import portvakt.gate.passage.Passage;
import portvakt.gate.port.Clock;
import portvakt.gate.port.Display;
import portvakt.gate.port.EventJournal;
import portvakt.gate.port.JournalOpening;
import portvakt.gate.port.Supervisor;
import portvakt.gate.port.Turnstile;
import portvakt.gate.port.Uplink;

/**
 * A running gate's threads, but for those of its devices: the loop's and the journal's. Or none: then its owner does their work, turn
 * by turn, as a simulation does in a time of its own.
 */
public final class Loops implements AutoCloseable {

    /** How long after a sync that failed the next one is due. */
    public static final Duration SYNC_AGAIN = Duration.ofMillis(JournalFlusher.RETRY_MS);

    private final GateLoop loop;
    private final LoopThread thread;
    private final JournalFlusher flusher;
    private Uplink uplink;

    /**
     * @param name the gate's, in its site's policy too
     * @param key  to seal the journal with
     */
    public Loops(
            AccessPolicy policy,
            Passage passage,
            Clock clock,
            EventJournal journal,
            Turnstile turnstile,
            ByteString bootId,
            String name,
            Optional<SealKey> key) {
        EventRecorder recorder = new EventRecorder(journal, this::appended, bootId, policy.direction());
        Notices notices = new Notices(clock, recorder, this::report);
        this.loop = new GateLoop(
                new DecisionBasis(policy, name),
                passage,
                clock,
                journal,
                recorder,
                turnstile,
                notices,
                new Sealer(key, journal, recorder, notices));
        this.thread = new LoopThread(loop, clock, name);
        this.flusher = new JournalFlusher(journal, thread::offer, this::durable);
    }

    /** The inbox to give to devices. */
    public LoopThread thread() {
        return thread;
    }

    /** Before {@link #start} only. */
    public void connect(Uplink way) {
        uplink = way;
    }

    /** Before {@link #start} only. */
    public void showOn(Display display) {
        loop.showOn(display);
    }

    /** Before {@link #start} only. @param supervisor is told of each turn of the loop */
    public void watchedBy(Supervisor supervisor) {
        thread.watchedBy(supervisor);
    }

    public void start(String firmware, JournalOpening opening) {
        loop.started(firmware, opening);
        flusher.start();
        thread.start();
    }

    /** Begins to talk to the server, if there is a way to it: after {@link #start}, and when people can be let through already. */
    public void goOnline() {
        if (uplink != null) {
            uplink.start();
        }
    }

    /** As {@link #start}, without threads: the caller does {@link #turn}, {@link #sync} and the uplink's work, all on one thread. */
    public void startStepped(String firmware, JournalOpening opening) {
        loop.started(firmware, opening);
    }

    /** One turn of the loop, with one signal if there is one. Stepped only. @return whether it was told to stop, and has */
    public boolean turn() {
        return thread.turn();
    }

    /** Whether another {@link #turn} should follow at once. */
    public boolean hasSignals() {
        return thread.hasSignals();
    }

    /** Uptime at which a {@link #turn} is due, where nothing happens before; one is due every second anyhow. */
    public OptionalLong deadlineNs() {
        return loop.deadlineNs();
    }

    /** Whether there is something in the journal for {@link #sync}. */
    public boolean wantsSync() {
        return flusher.isWanted();
    }

    /** Makes the journal durable. Stepped only. @return whether that succeeded; if not, another is due after {@link #SYNC_AGAIN} */
    public boolean sync() {
        return flusher.flush();
    }

    private void appended() {
        flusher.want();
    }

    private void durable() {
        if (uplink != null) {
            uplink.journalGrew();
        }
    }

    private void report(Uplink.Report report) {
        if (uplink != null) {
            uplink.report(report);
        }
    }

    @Override
    public void close() {
        thread.close();
        flusher.close();
    }
}
