package portvakt.gate.loop;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.gate.access.CardList;
import portvakt.gate.access.GateTime;
import portvakt.gate.port.Clock;
import portvakt.gate.port.Uplink;
import portvakt.protocol.ListState;
import portvakt.protocol.v1.Alarm;
import portvakt.protocol.v1.DeviceChanged;
import portvakt.protocol.v1.ListApplied;
import portvakt.protocol.v1.ListRefused;

/**
 * What a gate says of itself, rather than of those who pass: alarms, devices, lists. Into the journal, bounded, and to the
 * server's view of the gate. Belongs to the loop's thread.
 */
final class Notices {

    private static final Logger LOG = LoggerFactory.getLogger(Notices.class);

    private final Clock clock;
    private final EventRecorder recorder;
    private final Consumer<Uplink.Report> reports;
    private final ChatterLimit chatter = new ChatterLimit();
    private final Map<String, Uplink.Device> devices = new TreeMap<>();
    private final Set<String> listsInDoubt = new TreeSet<>();
    private Optional<Uplink.JournalOutlook> outlook = Optional.empty();

    Notices(Clock clock, EventRecorder recorder, Consumer<Uplink.Report> reports) {
        this.clock = clock;
        this.recorder = recorder;
        this.reports = reports;
    }

    /** @param policyVersion, enrolmentsVersion 0: none */
    void report(List<Uplink.AppliedList> lists, long policyVersion, long enrolmentsVersion) {
        reports.accept(new Uplink.Report(
                new ArrayList<>(devices.values()),
                lists,
                outlook,
                OptionalLong.of(policyVersion),
                OptionalLong.of(enrolmentsVersion)));
    }

    void alarm(String kind, String detail) {
        LOG.warn("Alarm {}: {}", kind, detail);
        chatter.admit(
                kind,
                clock.now().uptimeNs(),
                suppressed -> recorder.record(recorder.facts(clock.now())
                        .setAlarm(Alarm.newBuilder().setKind(kind).setDetail(detail(detail, suppressed)))));
    }

    /** Makes up for what was held back. */
    void tick(GateTime now) {
        chatter.tick(now.uptimeNs());
        long leftOut = recorder.takeLeftOut();
        if (leftOut > 0) {
            alarm(
                    "EVENTS_LEFT_OUT",
                    leftOut + " events of devices and lists, while the journal had room for passages only");
        }
    }

    /** The status that is reported next. */
    void journal(Uplink.JournalOutlook newest) {
        outlook = Optional.of(newest);
    }

    /** A device that tells of itself: an event, and the status that is reported next. */
    void device(String name, boolean ready, String detail) {
        LOG.info("{} {}: {}", name, ready ? "is ready" : "is lost", detail);
        deviceState(name, ready, detail);
        chatter.admit(
                "DEVICE " + name,
                clock.now().uptimeNs(),
                suppressed -> recorder.record(recorder.facts(clock.now())
                        .setDeviceChanged(DeviceChanged.newBuilder()
                                .setDevice(name)
                                .setReady(ready)
                                .setDetail(detail(detail, suppressed)))));
    }

    /** The status that is reported next, without an event. */
    void deviceState(String name, boolean ready, String detail) {
        devices.put(name, new Uplink.Device(name, ready, detail));
    }

    void listApplied(CardList list) {
        LOG.info("List {} version {} decides from now on", list.list(), list.version());
        recorder.record(recorder.facts(clock.now())
                .setListApplied(ListApplied.newBuilder()
                        .setList(list.list())
                        .setEpoch(list.epoch())
                        .setVersion(list.version())
                        .setIssuedAtMs(list.issuedAt().toEpochMilli())));
    }

    void listRefused(Signal.ListRefused refused) {
        LOG.warn("Refused list {}: {}, {}", refused.list(), refused.cause(), refused.detail());
        chatter.admit(
                "LIST_REFUSED " + refused.cause(),
                clock.now().uptimeNs(),
                suppressed -> recorder.record(recorder.facts(clock.now())
                        .setListRefused(ListRefused.newBuilder()
                                .setList(refused.list())
                                .setCause(refused.cause().name())
                                .setDetail(detail(refused.detail(), suppressed)))));
    }

    /**
     * An alarm when a list gets worse, and when one is right again that was told to be worse. What each start brings is none: a
     * list of before is in grace until the server is heard.
     */
    void listState(DecisionBasis.StateChange change) {
        ListState after = change.after();
        boolean worse =
                change.before().map(before -> after.compareTo(before) > 0).orElse(after == ListState.STALE);
        if (worse) {
            listsInDoubt.add(change.list());
        }
        boolean wasTold = listsInDoubt.contains(change.list());
        if (after == ListState.FRESH) {
            listsInDoubt.remove(change.list());
        }
        String detail = "list " + change.list() + " is "
                + change.before().map(before -> "no longer " + before + " but ").orElse("") + after;
        if (wasTold) {
            alarm("LIST_STATE", detail);
        } else {
            LOG.info("{}", detail);
        }
    }

    private static String detail(String detail, long suppressed) {
        return ChatterLimit.clip(detail) + (suppressed == 0 ? "" : " (and " + suppressed + " more before)");
    }
}
