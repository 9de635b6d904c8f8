package portvakt.sim.pi;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import portvakt.server.port.LogEntry;

/** What breaks around the gate, and the gate itself. */
final class FaultScenarios {

    private static final int AWAY_PASSAGES = 2;
    /** WatchdogSec of the unit, and what systemd and a slow processor add to it. */
    private static final Duration WATCHDOG_WITHIN = Duration.ofSeconds(60);

    private static final Duration GUARD_WITHIN = Duration.ofSeconds(10);
    private static final String READER = "/etc/reader.conf.d/vpcd";

    private FaultScenarios() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario(
                        "broker",
                        "decides without the server; afterwards it has each event exactly once",
                        FaultScenarios::broker),
                new Scenario(
                        "reader",
                        "a reader that is unplugged is told of, and works again by itself",
                        FaultScenarios::reader),
                new Scenario(
                        "kill",
                        "kill -9 during a release: the guard locks, systemd starts the gate again",
                        FaultScenarios::kill),
                new Scenario(
                        "watchdog",
                        "a gate that hangs during a release is killed and started again",
                        FaultScenarios::watchdog),
                new Scenario("restart", "an orderly stop and start leave the relay alone", FaultScenarios::restart));
    }

    private static String broker(PiGate gate) throws IOException, InterruptedException {
        PiServer server = gate.server();
        long before = server.newest();
        long mostBefore = sequenceMax(server);
        server.stop();
        for (int i = 0; i < AWAY_PASSAGES; i++) {
            gate.passage(PassageScenarios.WORKER);
        }
        server.start();
        Wait.untilHolds(
                PiGate.PATIENCE,
                200,
                () -> AWAY_PASSAGES + " passages at the server",
                () -> count(server.rows(before), "AccessTaken") >= AWAY_PASSAGES);
        List<LogEntry> rows = server.rows(before);
        FailedException.unless(
                count(rows, "AccessTaken") == AWAY_PASSAGES && count(rows, "AccessGranted") == AWAY_PASSAGES,
                "at the server: " + rows.stream().map(LogEntry::kind).toList());
        FailedException.unless(
                rows.stream().map(LogEntry::sequence).distinct().count() == rows.size(), "an event came twice");
        FailedException.unless(sequenceMax(server) - mostBefore == rows.size(), "an event of the outage is missing");
        return AWAY_PASSAGES + " passages while it was away; " + rows.size() + " events, each once";
    }

    private static String reader(PiGate gate) throws IOException, InterruptedException {
        long before = gate.server().newest();
        // The daemon goes on without its reader, as with one that was pulled out of its USB port.
        gate.machine().run("mv " + READER + " /root/ && systemctl restart pcscd.service", PiGate.PATIENCE);
        gate.server()
                .await(
                        before,
                        "DeviceChanged",
                        PiGate.PATIENCE,
                        row -> row.detail().orElse("").startsWith("card not ready"));
        gate.machine().run("mv /root/vpcd " + READER + " && systemctl restart pcscd.service", PiGate.PATIENCE);
        gate.server()
                .await(
                        before,
                        "DeviceChanged",
                        PiGate.PATIENCE,
                        row -> row.detail().orElse("").startsWith("card ready"));
        gate.awaitReady();
        LineLog.Pulse pulse = gate.passage(PassageScenarios.WORKER);
        return String.format(Locale.ROOT, "lost and ready in the log; the next card released, %.0f ms", pulse.ms());
    }

    private static String kill(PiGate gate) throws IOException, InterruptedException {
        gate.awaitReady();
        PiGate.Tap tap = gate.tapUntilReleased(PassageScenarios.WORKER);
        long pid = gate.pid();
        String uptime = gate.machine().run("kill -KILL " + pid + "; cut -d' ' -f1 /proc/uptime", PiGate.PATIENCE);
        long killedNs = (long) (Double.parseDouble(uptime) * 1e9);
        LineLog.Change off = gate.lines().await(tap.mark(), PiGate.RELAY, false, GUARD_WITHIN);
        gate.takeCardAway();
        long afterMs = (off.atNs() - killedNs) / 1_000_000;
        awaitOtherThan(gate, pid, PiGate.PATIENCE);
        gate.awaitReady();
        gate.passage(PassageScenarios.WORKER);
        return "relay off " + afterMs + " ms after the kill; started again by systemd, next card released";
    }

    private static String watchdog(PiGate gate) throws IOException, InterruptedException {
        FailedException.unless(
                !gate.machine()
                        .run("systemctl show -p WatchdogUSec --value " + PiGate.UNIT, PiGate.PATIENCE)
                        .equals("infinity"),
                "the unit has no WatchdogSec");
        gate.awaitReady();
        PiGate.Tap tap = gate.tapUntilReleased(PassageScenarios.WORKER);
        long pid = gate.pid();
        gate.machine().run("kill -STOP " + pid, PiGate.PATIENCE);
        long stoppedNs = System.nanoTime();
        LineLog.Change off = gate.lines().await(tap.mark(), PiGate.RELAY, false, WATCHDOG_WITHIN);
        gate.takeCardAway();
        awaitOtherThan(gate, pid, WATCHDOG_WITHIN);
        gate.awaitReady();
        gate.passage(PassageScenarios.WORKER);
        return String.format(
                Locale.ROOT,
                "relay on for %.1f s in all, off %.1f s after it hung; started again, next card released",
                (off.atNs() - tap.on().atNs()) / 1e9,
                (off.hereNs() - stoppedNs) / 1e9);
    }

    private static String restart(PiGate gate) throws IOException, InterruptedException {
        gate.awaitReady();
        gate.machine().agent().watch();
        int mark = gate.lines().mark();
        gate.stop();
        gate.start();
        gate.awaitReady();
        FailedException.unless(gate.lines().since(mark, PiGate.RELAY).isEmpty(), "the relay moved during a restart");
        PiAgent.Watch watch = gate.machine().agent().watch();
        return "relay untouched; " + watched(watch);
    }

    /** In words, how closely the lines were watched. */
    static String watched(PiAgent.Watch watch) {
        return String.format(
                Locale.ROOT,
                "read %.0f times a second, worst pause %.1f ms, %d of %d pauses over 1 ms",
                watch.perSecond(),
                watch.worstMs(),
                watch.over1ms(),
                watch.samples());
    }

    private static void awaitOtherThan(PiGate gate, long pid, Duration patience)
            throws IOException, InterruptedException {
        Wait.untilHolds(patience, 300, () -> "systemd to start another gate than process " + pid, () -> {
            long now = gate.pid();
            return now != 0 && now != pid;
        });
    }

    private static long count(List<LogEntry> rows, String kind) {
        return rows.stream()
                .collect(Collectors.groupingBy(LogEntry::kind, Collectors.counting()))
                .getOrDefault(kind, 0L);
    }

    private static long sequenceMax(PiServer server) {
        return server.rows(0).stream().mapToLong(LogEntry::sequence).max().orElse(0);
    }
}
