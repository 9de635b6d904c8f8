package portvakt.gate.adapter.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import portvakt.gate.port.Supervisor;
import portvakt.gate.testing.NotifySocket;

/** What systemd hears, by sd_notify(3) and sd_watchdog_enabled(3), over a socket as it has one. */
class ServiceManagerTest {

    private static final long TEN_SECONDS_US = 10_000_000;
    private static final long PID = 4711;

    @TempDir
    private Path folder;

    private final AtomicLong nowNs = new AtomicLong(Long.MAX_VALUE - 5);

    private Supervisor supervisor(Map<String, String> environment) {
        return ServiceManager.from(environment, PID, nowNs::get);
    }

    private String path() {
        return folder.resolve("notify").toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"path", "@abstract"})
    void hearsThatTheGateIsReadyTurnsAndEnds(String kind) {
        String name = kind.startsWith("@") ? "@portvakt/" + folder.getFileName() : path();
        try (NotifySocket systemd = new NotifySocket(name)) {
            Supervisor supervisor = supervisor(systemd.environment(TEN_SECONDS_US));
            supervisor.ready();
            supervisor.turned();
            supervisor.stopping();
            assertThat(systemd.next()).contains("READY=1");
            assertThat(systemd.next()).contains("WATCHDOG=1");
            assertThat(systemd.next()).contains("STOPPING=1");
            assertThat(systemd.next()).isEmpty();
        }
    }

    @Test
    void isToldOfTurnsFourTimesInThePeriodAndNoMore() {
        try (NotifySocket systemd = new NotifySocket(path())) {
            Supervisor supervisor = supervisor(systemd.environment(TEN_SECONDS_US));
            int heard = 0;
            for (int turn = 0; turn < 1000; turn++) {
                supervisor.turned();
                heard += systemd.next().isPresent() ? 1 : 0;
                nowNs.addAndGet(TimeUnit.MILLISECONDS.toNanos(10));
            }
            assertThat(heard).isEqualTo(4);
        }
    }

    @Test
    void aWatchdogThatIsMeantForAnotherProcessIsLeftAlone() {
        try (NotifySocket systemd = new NotifySocket(path())) {
            Map<String, String> environment = new TreeMap<>(systemd.environment(TEN_SECONDS_US));
            environment.put("WATCHDOG_PID", Long.toString(PID + 1));
            supervisor(environment).turned();
            assertThat(systemd.next()).isEmpty();
            environment.put("WATCHDOG_PID", Long.toString(PID));
            supervisor(environment).turned();
            assertThat(systemd.next()).contains("WATCHDOG=1");
        }
    }

    @Test
    void withoutASocketThereIsNobody() {
        assertThat(supervisor(Map.of())).isSameAs(Supervisor.NONE);
        assertThat(supervisor(Map.of("NOTIFY_SOCKET", "vsock:2:1234"))).isSameAs(Supervisor.NONE);
    }

    @Test
    void aSocketThatNobodyListensAtDoesNoHarmAndWorksWhenSomebodyDoes() {
        Map<String, String> environment = Map.of("NOTIFY_SOCKET", path());
        Supervisor supervisor = supervisor(environment);
        supervisor.ready();
        try (NotifySocket systemd = new NotifySocket(path())) {
            supervisor.ready();
            assertThat(systemd.next()).contains("READY=1");
        }
    }
}
