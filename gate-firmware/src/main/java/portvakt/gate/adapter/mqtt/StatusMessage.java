package portvakt.gate.adapter.mqtt;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Supplier;
import portvakt.gate.access.GateTime;
import portvakt.gate.port.Disk;
import portvakt.gate.port.EventJournal;
import portvakt.gate.port.Uplink;
import portvakt.gate.status.ListEffect;
import portvakt.protocol.Direction;
import portvakt.protocol.v1.AppliedList;
import portvakt.protocol.v1.DeviceState;
import portvakt.protocol.v1.GateStatus;
import portvakt.protocol.v1.JournalRoom;
import portvakt.protocol.v1.ListState;

/** Makes the gate's status messages: birth while it lives, death as its will. */
public final class StatusMessage {

    private final String firmware;
    private final Direction direction;
    private final Run run;
    private final Disk disk;
    private final Supplier<OptionalInt> thermometer;

    /**
     * One run of the gate's program.
     *
     * @param bootId    random, as in the run's events
     * @param startedAt by the gate's clock, which may have been wrong
     */
    public record Run(ByteString bootId, Instant startedAt) {}

    /** @param thermometer of the processor, in thousandths of a degree Celsius; asked at each message, must not block */
    public StatusMessage(String firmware, Direction direction, Run run, Disk disk, Supplier<OptionalInt> thermometer) {
        this.firmware = firmware;
        this.direction = direction;
        this.run = run;
        this.disk = disk;
        this.thermometer = thermometer;
    }

    /** @param progress of each list that is being fetched or repaired, or was */
    byte[] birth(
            Uplink.Report report, Map<String, ListEffect.Progressed> progress, EventJournal journal, GateTime now) {
        GateStatus.Builder status = GateStatus.newBuilder()
                .setOnline(true)
                .setFirmware(firmware)
                .setBootId(run.bootId())
                .setStartedAtMs(run.startedAt().toEpochMilli())
                .setReportedAtMs(now.wall().toEpochMilli())
                .setUptimeNs(now.uptimeNs())
                .setClockTrust(now.trust())
                .setDirection(direction.wire())
                .setJournalLastSequence(journal.last())
                .setAcknowledgedSequence(journal.acknowledged());
        try {
            status.setDiskFreeBytes(disk.freeBytes());
        } catch (IOException e) {
            status.addDevices(DeviceState.newBuilder().setDevice("disk").setDetail(String.valueOf(e.getMessage())));
        }
        for (Uplink.Device device : report.devices()) {
            status.addDevices(DeviceState.newBuilder()
                    .setDevice(device.name())
                    .setReady(device.ready())
                    .setDetail(device.detail()));
        }
        report.journal().ifPresent(outlook -> {
            JournalRoom.Builder room = JournalRoom.newBuilder().setFreeBytes(outlook.freeBytes());
            outlook.bytesPerDay().ifPresent(room::setBytesPerDay);
            outlook.daysLeft().ifPresent(room::setDaysLeft);
            status.setJournalRoom(room);
        });
        report.policyVersion().ifPresent(status::setPolicyVersion);
        report.enrolmentsVersion().ifPresent(status::setEnrolmentsVersion);
        thermometer.get().ifPresent(status::setTemperatureMillicelsius);
        Map<String, AppliedList.Builder> lists = new TreeMap<>();
        for (Uplink.AppliedList list : report.lists()) {
            lists.put(
                    list.list(),
                    AppliedList.newBuilder()
                            .setList(list.list())
                            .setEpoch(list.epoch())
                            .setVersion(list.version())
                            .setIssuedAtMs(list.issuedAtMs())
                            .setAppliedAtMs(list.appliedAtMs())
                            .setState(list.state().wire()));
        }
        // A gate that has no list yet tells that one is on its way.
        progress.forEach((list, of) -> lists.computeIfAbsent(
                        list, name -> AppliedList.newBuilder().setList(name).setState(ListState.LIST_STATE_NONE))
                .setFetchingVersion(of.fetchingVersion())
                .setDamagedBuckets(of.damagedBuckets()));
        lists.values().forEach(status::addLists);
        return status.build().toByteArray();
    }

    /** Names the run that has ended; also since "not online" alone is no bytes at all, which would clear what the broker retains. */
    byte[] death() {
        return GateStatus.newBuilder()
                .setOnline(false)
                .setBootId(run.bootId())
                .setStartedAtMs(run.startedAt().toEpochMilli())
                .build()
                .toByteArray();
    }
}
