package portvakt.gate.loop;

import com.google.protobuf.ByteString;
import java.util.Optional;
import portvakt.gate.access.AccessPolicy;
import portvakt.gate.journal.SealKey;
import portvakt.gate.passage.Passage;
import portvakt.gate.port.Clock;
import portvakt.gate.port.Display;
import portvakt.gate.port.EventJournal;
import portvakt.gate.port.Supervisor;
import portvakt.gate.port.Turnstile;
import portvakt.gate.port.Uplink;

/** A running gate's threads, but for those of its devices: the loop's and the journal's. */
public final class Loops implements AutoCloseable {

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

    public void start(String firmware, long journalCutBytes) {
        loop.started(firmware, journalCutBytes);
        flusher.start();
        thread.start();
        if (uplink != null) {
            uplink.start();
        }
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
