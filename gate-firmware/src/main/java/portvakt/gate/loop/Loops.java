package portvakt.gate.loop;

import com.google.protobuf.ByteString;
import portvakt.gate.access.AccessPolicy;
import portvakt.gate.passage.Passage;
import portvakt.gate.port.Clock;
import portvakt.gate.port.EventJournal;
import portvakt.gate.port.Turnstile;
import portvakt.gate.port.Uplink;

/** A running gate's threads, but for those of its devices: the loop's and the journal's. */
public final class Loops implements AutoCloseable {

    private final GateLoop loop;
    private final LoopThread thread;
    private final JournalFlusher flusher;
    private Uplink uplink;

    /** @param name the gate's, in its site's policy too */
    public Loops(
            AccessPolicy policy,
            Passage passage,
            Clock clock,
            EventJournal journal,
            Turnstile turnstile,
            ByteString bootId,
            String name) {
        EventRecorder recorder = new EventRecorder(journal, this::appended, bootId, policy.direction());
        this.loop = new GateLoop(
                new DecisionBasis(policy, name),
                passage,
                clock,
                journal,
                recorder,
                turnstile,
                new Notices(clock, recorder, this::report));
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
