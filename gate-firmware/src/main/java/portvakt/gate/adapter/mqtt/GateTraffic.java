package portvakt.gate.adapter.mqtt;

import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.gate.loop.Signal;
import portvakt.gate.port.Clock;
import portvakt.gate.port.EventJournal;
import portvakt.gate.port.Uplink;
import portvakt.gate.status.ListRefusedException;
import portvakt.protocol.Topics;
import portvakt.protocol.mqtt.BrokerSession;

/**
 * What a gate says to its server and hears from it, message by message, over a session that somebody else keeps. It has no thread:
 * the session's calls what {@link BrokerSession.Listener} has, the sender's {@link #send}, the lists' {@link #keepLists}.
 * {@link MqttUplink} is the owner of these in a running gate; a simulation does all of it on one.
 */
public final class GateTraffic implements BrokerSession.Listener {

    private static final Logger LOG = LoggerFactory.getLogger(GateTraffic.class);
    private static final long STATUS_INTERVAL_MS = 60_000;

    private final Topics.GateAddress address;
    private final GateBroker broker;
    private final EventJournal journal;
    private final EventTraffic events;
    private final ListTraffic lists;
    private final DocumentTopics documents;
    private final Consumer<Signal> inbox;
    private final Clock clock;
    private final StatusMessage status;
    private final Runnable wake;
    private volatile boolean connected;
    private volatile boolean statusDue = true;
    private volatile Uplink.Report report = Uplink.Report.NOTHING;
    /** Uptime of the last status; the sender's. */
    private long statusSentMs;

    /**
     * @param jitter 0 to 1, of this gate: by how much longer than others it waits before it says something again
     * @param wake   has {@link #send} called soon; any thread
     */
    public GateTraffic(
            Topics.GateAddress address, GateBroker broker, MqttUplink.Parts parts, double jitter, Runnable wake) {
        this.address = address;
        this.broker = broker;
        this.journal = parts.journal();
        this.inbox = parts.inbox();
        this.clock = parts.clock();
        this.status = parts.status();
        this.wake = wake;
        this.documents = new DocumentTopics(parts.documents(), this::subscribe);
        this.events = new EventTraffic(address, broker, journal, inbox, clock, jitter, wake);
        this.lists = new ListTraffic(parts.replicas(), inbox, clock, broker, this::statusChanged);
    }

    ListTraffic lists() {
        return lists;
    }

    /** Whether a connection stands at this moment. Any thread. */
    public boolean isConnected() {
        return connected;
    }

    /** The newest that the gate tells of itself. Any thread. */
    public void report(Uplink.Report newest) {
        report = newest;
        statusChanged();
    }

    private void statusChanged() {
        statusDue = true;
        wake.run();
    }

    /** Sends what may be sent now; to be called when woken, and about once a second. */
    public void send() {
        documents.tick(clock.now().uptimeNs());
        sendStatus();
        events.send();
    }

    /** The last words before the connection is given up. */
    void sendLast() {
        events.sendLast();
    }

    /** Does what is due by the clock for the lists; to be called about once a second. @return whether to call it again at once */
    public boolean keepLists() {
        lists.keepOnce();
        return lists.isBusy();
    }

    private void sendStatus() {
        long nowMs = TimeUnit.NANOSECONDS.toMillis(clock.now().uptimeNs());
        if (!connected || (!statusDue && nowMs - statusSentMs <= STATUS_INTERVAL_MS)) {
            return;
        }
        statusDue = false;
        byte[] birth = status.birth(report, lists.progress(), journal, clock.now());
        broker.publish(address.status(), birth, true).whenComplete((_, failure) -> {
            if (failure != null) {
                statusDue = true;
            }
        });
        statusSentMs = nowMs;
    }

    private void subscribe(String filter) {
        broker.subscribe(filter, true).exceptionally(ListTraffic::later);
    }

    @Override
    public void connected(boolean sessionPresent) {
        LOG.info("Connected to the server's broker");
        events.connected();
        subscribe(address.acks());
        documents.connected(clock.now().uptimeNs());
        lists.connected();
        statusDue = true;
        connected = true;
        inbox.accept(new Signal.ServerReachable(true));
        wake.run();
    }

    /** Subscribing anew brings what is retained once more (MQTT 5 § 3.8.4): by the trust file before it may have been refused. */
    private void trustChanged() {
        documents.ask();
        lists.trustChanged();
    }

    @Override
    public void lost(String cause) {
        connected = false;
        inbox.accept(new Signal.ServerReachable(false));
        events.lost();
        documents.lost();
        lists.lost();
        LOG.warn("No connection to the server's broker: {}. The gate goes on deciding by what it has", cause);
    }

    @Override
    public void rivalled() {
        inbox.accept(
                new Signal.Alarmed(
                        "IDENTITY_TWICE",
                        "another program connects to the broker as this gate, again and again: was the SD card or the identity folder copied?"));
    }

    @Override
    public void message(String topic, byte[] payload, boolean retained) {
        try {
            Optional<SignedTopic> document = documents.find(topic);
            if (topic.equals(address.acks())) {
                events.acknowledged(payload);
            } else if (document.isPresent()) {
                document(document.get(), payload);
            } else if (!lists.message(topic, payload)) {
                badMessage(topic, payload, "not a topic that this gate asked for");
            }
        } catch (InvalidProtocolBufferException e) {
            badMessage(topic, payload, e.getMessage());
        } catch (IOException e) {
            inbox.accept(new Signal.Alarmed("DISK", String.valueOf(e.getMessage())));
        }
    }

    private void document(SignedTopic document, byte[] payload) throws IOException {
        if (payload.length == 0) {
            // A retained message taken back: what is known stays.
            return;
        }
        try {
            if (document.taker().take(payload)) {
                trustChanged();
            }
        } catch (InvalidProtocolBufferException e) {
            throw e;
        } catch (IOException e) {
            documents.notStored(clock.now().uptimeNs());
            throw e;
        } catch (ListRefusedException e) {
            inbox.accept(new Signal.ListRefused(document.name(), e.refusal(), e.getMessage()));
        }
    }

    private void badMessage(String topic, byte[] payload, String cause) {
        inbox.accept(new Signal.Alarmed("BAD_MESSAGE", topic + ", " + payload.length + " bytes: " + cause));
    }
}
