package portvakt.sim.deb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The life of the packages in a small Debian 13: installed, upgraded, removed, purged by their own maintainer scripts, in this
 * order. The gate's is made for another processor, which dpkg is told not to mind: nothing in it but a library of Pi4J depends on
 * it. What it asks for on that processor is stood in for by an empty package.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class InstalledIT {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String INSTALL_GATE = "dpkg --force-architecture --force-confold -i /tmp/";
    private static final String STAND_IN = """
            Package: stand-in
            Version: 1
            Architecture: all
            Multi-Arch: foreign
            Maintainer: Portvakt <portvakt@example.org>
            Provides: openjdk-25-jre-headless, pcscd, libpcsclite1, gpiod (= 2.2), kmod
            Description: stands in for packages of another processor
            """;
    private static final String AS_GATE =
            "setpriv --reuid=portvakt-gate --regid=portvakt-gate --clear-groups --no-new-privs ";
    private static final String GATE_FILES =
            "find /var/lib/portvakt-gate /etc/portvakt -type f | sort | xargs -r sha256sum";

    @TempDir(cleanup = org.junit.jupiter.api.io.CleanupMode.ON_SUCCESS)
    private static Path folder;

    private static DebianRoot debian;
    private static String gate;
    private static String newerGate;
    private static String server;

    @BeforeAll
    static void install() throws Exception {
        Path made = Files.createDirectories(folder.resolve("made"));
        Path newer = Files.createDirectories(folder.resolve("newer"));
        Packages.make(made, Map.of());
        Packages.make(newer, Map.of("SOURCE_DATE_EPOCH", "4102444800"));
        debian = DebianRoot.unpack(Files.createDirectories(folder.resolve("root")));
        debian.bring(Packages.in(made, "portvakt-gate"));
        debian.bring(Packages.in(newer, "portvakt-gate"));
        debian.bring(Packages.in(made, "portvakt-server"));
        Path standIn = Files.createDirectories(folder.resolve("stand-in/DEBIAN"));
        Files.writeString(standIn.resolve("control"), STAND_IN);
        Path packed = folder.resolve("stand-in.deb");
        DebianRoot.must(List.of("dpkg-deb", "--build", standIn.getParent().toString(), packed.toString()));
        debian.bring(packed);
        debian.must("dpkg -i /tmp/stand-in.deb");
        gate = Packages.in(made, "portvakt-gate").getFileName().toString();
        newerGate = Packages.in(newer, "portvakt-gate").getFileName().toString();
        server = Packages.in(made, "portvakt-server").getFileName().toString();
    }

    @AfterAll
    static void empty() throws Exception {
        if (debian != null) {
            debian.delete();
        }
    }

    private static String modes(String... paths) throws Exception {
        return debian.must("stat -c '%A %U %G %n' " + String.join(" ", paths)).strip();
    }

    @Test
    @Order(1)
    void theGateIsInstalledForItsOwnUser() throws Exception {
        debian.must(INSTALL_GATE + gate);
        assertThat(debian.must("id portvakt-gate")).contains("gpio", "video").doesNotContain("sudo", "root");
        assertThat(modes(
                        "/etc/portvakt/gate.yaml",
                        "/etc/portvakt/keys",
                        "/var/lib/portvakt-gate",
                        "/var/lib/portvakt-gate/data",
                        "/var/lib/portvakt-gate/identity",
                        "/var/cache/portvakt-gate"))
                .isEqualTo("""
                        -rw-r--r-- root root /etc/portvakt/gate.yaml
                        drwxr-x--- root portvakt-gate /etc/portvakt/keys
                        drwxr-x--- portvakt-gate portvakt-gate /var/lib/portvakt-gate
                        drwx------ portvakt-gate portvakt-gate /var/lib/portvakt-gate/data
                        drwx------ portvakt-gate portvakt-gate /var/lib/portvakt-gate/identity
                        drwxr-xr-x root root /var/cache/portvakt-gate""");
        assertThat(debian.must("systemctl is-enabled portvakt-gate.service portvakt-gate-renew.timer"))
                .isEqualTo("enabled\nenabled\n");
    }

    @Test
    @Order(2)
    void itsCacheWasMadeHereAndIsTaken() throws Exception {
        assertThat(modes("/var/cache/portvakt-gate/*"))
                .isEqualTo("-rw-r--r-- root root /var/cache/portvakt-gate/gate.aot");
        String loaded = debian.sh("PORTVAKT_JAVA_OPTS=-Xlog:class+load " + AS_GATE + "portvakt-gate run")
                .text();
        assertThat(loaded).contains("portvakt.gate.GateConfig source: shared objects file");
        // Nothing is left of the training.
        assertThat(debian.must("find /tmp /var/tmp -mindepth 1 ! -name '*.deb'"))
                .isEmpty();
    }

    @Test
    @Order(3)
    void onlyAGateWithACameraHasJavasSecondCompiler() throws Exception {
        debian.must("printf 'camera: {}\n' >/run/with-camera.yaml");
        String run = "PORTVAKT_JAVA_OPTS=-XX:+PrintFlagsFinal " + AS_GATE + "portvakt-gate run ";
        assertThat(debian.sh(run + "/etc/portvakt/gate.yaml | grep TieredStopAtLevel")
                        .text())
                .contains("= 1 ");
        assertThat(debian.sh(run + "/run/with-camera.yaml | grep TieredStopAtLevel")
                        .text())
                .contains("= 4 ");
    }

    @Test
    @Order(3)
    void itsCommandsAreThere() throws Exception {
        assertThat(debian.must("portvakt-gate --help")).contains("run", "enrol", "selftest", "rescue", "journal");
        assertThat(debian.must("portvakt-gate enrol --help")).contains("--server", "--renew", "--when-due");
    }

    @Test
    @Order(3)
    void aGateThatIsNotSetUpSaysWhatIsMissing() throws Exception {
        assertThat(debian.sh("portvakt-gate run").text()).contains("not for root", "systemctl start portvakt-gate");
        DebianRoot.Said said = debian.sh(AS_GATE + "portvakt-gate run");
        assertThat(said.status()).isEqualTo(2);
        assertThat(said.text()).contains("/etc/portvakt/gate.yaml", "site is missing");
        assertThat(debian.must("grep ConditionPathExists= /usr/lib/systemd/system/portvakt-gate.service"))
                .contains("/var/lib/portvakt-gate/identity/gate.p12");
    }

    @ParameterizedTest
    @Order(4)
    @CsvSource({"portvakt-gate, 1.7", "portvakt-gate-renew, 1.4", "portvakt-server, 1.2"})
    void itsUnitIsWellFormedAndLocksUpWhatItDoesNotNeed(String unit, double exposureMax) throws Exception {
        if (unit.equals("portvakt-server")) {
            debian.must("dpkg -i /tmp/" + server);
        }
        String file = "/usr/lib/systemd/system/" + unit + ".service";
        DebianRoot.Said verified = debian.sh("systemd-analyze verify --man=no " + file);
        // It ends with 0 for a key that it does not know.
        assertThat(verified.text()).isEmpty();
        assertThat(verified.status()).isZero();
        DebianRoot.Said judged = debian.sh("systemd-analyze security --no-pager --offline=true --threshold="
                + Math.round(exposureMax * 10) + " " + file);
        assertThat(judged.status()).as(judged.text()).isZero();
    }

    @Test
    @Order(5)
    void anUpgradeKeepsJournalIdentityAndSettings() throws Exception {
        debian.must(
                "echo events > /var/lib/portvakt-gate/data/events-1 && echo key > /var/lib/portvakt-gate/identity/gate.p12"
                        + " && echo 'site: bjorvika' >> /etc/portvakt/gate.yaml && echo 00 > /etc/portvakt/keys/sector-1");
        String before = debian.must(GATE_FILES);
        debian.must("mv /usr/lib/jvm/java-25-openjdk-amd64 /usr/lib/jvm/away");
        try {
            // No Java at all: no cache can be made, and the installation goes well all the same.
            assertThat(debian.must(INSTALL_GATE + newerGate)).contains("starts more slowly");
        } finally {
            debian.must("mv /usr/lib/jvm/away /usr/lib/jvm/java-25-openjdk-amd64");
        }
        assertThat(debian.must(GATE_FILES)).isEqualTo(before);
        assertThat(debian.must("ls /var/cache/portvakt-gate")).isEmpty();
        assertThat(debian.must("dpkg-query -W -f '${Version} ${Status}' portvakt-gate"))
                .contains("21000101.000000", "install ok installed");
    }

    @Test
    @Order(6)
    void aNewJavaIsLearntAnew() throws Exception {
        debian.must("dpkg-trigger --by-package=openjdk-25-jre-headless /usr/lib/jvm/java-25-openjdk-arm64"
                + " && dpkg --force-architecture --triggers-only --pending");
        assertThat(debian.must("ls /var/cache/portvakt-gate").strip()).isEqualTo("gate.aot");
    }

    @Test
    @Order(7)
    void removalKeepsWhatTheGateHasWrittenAndPurgingTakesIt() throws Exception {
        String before = debian.must(GATE_FILES);
        debian.must("dpkg -r portvakt-gate");
        assertThat(debian.must(GATE_FILES)).isEqualTo(before);
        assertThat(debian.sh("ls /usr/bin/portvakt-gate /var/cache/portvakt-gate")
                        .status())
                .isNotZero();
        debian.must("dpkg -P portvakt-gate");
        assertThat(debian.must("find / -xdev -path /proc -prune -o -name '*portvakt*' ! -name '*portvakt-server*'"
                        + " ! -path '*/portvakt-server*/*' ! -path '/tmp/*' -print"))
                .isEmpty();
    }

    @Test
    @Order(8)
    void theServerRunsAsItsOwnUserAndEndsInOrder() throws Exception {
        debian.must(
                "printf 'dataFolder: /var/lib/portvakt-server\\nweb: {port: %s}\\nbroker: {embedded: {port: %s}}\\n' "
                        + freePort() + " " + freePort() + " > /etc/portvakt-server/server.yaml");
        assertThat(debian.sh("portvakt-server run").text()).contains("not as root", "sudo -u portvakt-server");
        Path log = folder.resolve("server.log");
        Process running = debian.start(
                "cd /var/lib/portvakt-server && exec setpriv --reuid=portvakt-server --regid=portvakt-server --clear-groups"
                        + " --no-new-privs portvakt-server run",
                log);
        try {
            await().atMost(PATIENCE).until(() -> Files.readString(log).contains("runs") || !running.isAlive());
            assertThat(running.isAlive()).as(Files.readString(log)).isTrue();
        } finally {
            running.destroy();
        }
        assertThat(running.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(debian.must("find /var/lib/portvakt-server ! -user portvakt-server"))
                .isEmpty();
        assertThat(modes("/etc/portvakt-server", "/var/lib/portvakt-server")).isEqualTo("""
                        drwxr-x--- root portvakt-server /etc/portvakt-server
                        drwx------ portvakt-server portvakt-server /var/lib/portvakt-server""");
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    @Test
    @Order(9)
    void itsLogOutlivesItsRemovalAndIsGoneAfterPurging() throws Exception {
        String files = "find /var/lib/portvakt-server /etc/portvakt-server -type f | sort | xargs -r sha256sum";
        String before = debian.must(files);
        assertThat(before).contains("server.yaml", ".mv.db");
        debian.must("dpkg --force-confold -i /tmp/" + server);
        assertThat(debian.must(files)).isEqualTo(before);
        debian.must("dpkg -r portvakt-server");
        assertThat(debian.must(files)).isEqualTo(before);
        debian.must("dpkg -P portvakt-server");
        assertThat(debian.must("find / -xdev -path /proc -prune -o -name '*portvakt*' ! -path '/tmp/*' -print"))
                .isEmpty();
    }
}
