package portvakt.sim.outage;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import portvakt.gate.GateIdentity;
import portvakt.gate.adapter.file.DataFolder;
import portvakt.gate.adapter.mqtt.MqttUplink;
import portvakt.gate.adapter.mqtt.StatusMessage;
import portvakt.gate.adapter.os.SystemClock;
import portvakt.gate.journal.SegmentedJournal;
import portvakt.gate.loop.Signal;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics;
import portvakt.protocol.mqtt.BrokerSession;
import portvakt.protocol.v1.EventFacts;
import portvakt.protocol.v1.Subject;

/**
 * What of a gate matters to how its events get to the server: the real journal on a real disk, and the real uplink. It has no
 * reader, turnstile or lists; what it journals is told to it. Any thread.
 */
final class OutageGate implements AutoCloseable {

    private static final SegmentedJournal.Limits LIMITS = new SegmentedJournal.Limits(4L << 20, 4L << 30);
    private static final int IN_FLIGHT_MAX = 8;
    private static final int COMPLAINTS_MAX = 5;

    private final Topics.GateAddress address;
    private final DataFolder folder;
    private final SegmentedJournal journal;
    private final MqttUplink uplink;
    private final Semaphore wanted = new Semaphore(0);
    private final Thread flusher;
    private final ConcurrentLinkedQueue<String> complaints = new ConcurrentLinkedQueue<>();
    private volatile boolean closed;

    /** Opens the journal in the folder; the uplink is not started yet. */
    OutageGate(Topics.GateAddress address, GateIdentity identity, URI broker, Path data) throws IOException {
        this.address = address;
        this.folder = DataFolder.lock(data);
        this.journal = SegmentedJournal.open(folder.disk(), LIMITS);
        SystemClock clock = new SystemClock(Optional.empty());
        this.uplink = new MqttUplink(
                address,
                new BrokerSession.Settings(
                        broker,
                        address.clientId(),
                        identity.tls(),
                        Optional.empty(),
                        Duration.ofSeconds(20),
                        Duration.ZERO,
                        IN_FLIGHT_MAX),
                new MqttUplink.Parts(
                        journal,
                        List.of(),
                        List.of(),
                        this::take,
                        clock,
                        new StatusMessage(
                                "outage",
                                Direction.IN,
                                new StatusMessage.Run(
                                        ByteString.EMPTY, clock.now().wall()),
                                folder.disk(),
                                OptionalInt::empty)));
        this.flusher =
                Thread.ofPlatform().name("flush-" + address.gate()).daemon().unstarted(this::flush);
    }

    /** Starts to send, for ever. */
    void connect() {
        flusher.start();
        uplink.start();
    }

    Topics.GateAddress address() {
        return address;
    }

    /** @return its sequence; durable and sent soon after */
    long append(EventFacts facts, Subject subject) throws IOException {
        long sequence = journal.append(facts, Optional.of(subject));
        wanted.release();
        return sequence;
    }

    SegmentedJournal journal() {
        return journal;
    }

    boolean isAcknowledged() {
        return journal.acknowledged() == journal.last();
    }

    /** What it would have alarmed of, the first few. */
    List<String> complaints() {
        return List.copyOf(complaints);
    }

    private void take(Signal signal) {
        if (signal instanceof Signal.Alarmed(String kind, String detail) && complaints.size() < COMPLAINTS_MAX) {
            complaints.add(address.gate() + ": " + kind + " " + detail);
        }
    }

    private void flush() {
        try {
            while (!closed) {
                wanted.acquire();
                wanted.drainPermits();
                journal.force();
                uplink.journalGrew();
            }
        } catch (IOException e) {
            complaints.add(address.gate() + ": the journal cannot be made durable: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        uplink.close();
        closed = true;
        wanted.release();
        try {
            flusher.join(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        journal.close();
        folder.close();
    }
}
