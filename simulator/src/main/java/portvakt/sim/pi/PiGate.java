package portvakt.sim.pi;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import portvakt.gate.access.CardRead;
import portvakt.protocol.CardNumber;
import portvakt.protocol.Uid;
import portvakt.sim.device.SimulatedIssuer;
import portvakt.sim.device.VpcdSlot;
import portvakt.sim.rig.Settings;

/**
 * The installed gate on an emulated Pi, and what is before it: the reader with its cards, arm, button, fire panel. Made anew for
 * each power on. One thread.
 */
final class PiGate implements AutoCloseable {

    static final int RELAY = 22;
    static final int ARM = 23;
    static final int BUTTON = 24;
    static final int FIRE = 25;

    static final Duration RELEASE_TIME = Duration.ofSeconds(5);
    static final Duration TURN_TIME = Duration.ofSeconds(2);
    /** An emulated processor is slow, and shared. */
    static final Duration PATIENCE = Duration.ofSeconds(180);

    /** What tells the gate that the clock is right, as systemd-timesyncd would. */
    static final String CLOCK_IS_RIGHT = "/run/portvakt-test/synchronized";

    static final String UNIT = "portvakt-gate.service";
    private static final String KEYS = "/etc/portvakt/keys";
    /** All that the gate writes, and who it is; {@code gate-firmware/docs/install.md} gives it a partition of its own. */
    static final String STATE = "/var/lib/portvakt-gate";

    private static final String IDENTITY = STATE + "/identity";
    private static final String DATA = STATE + "/data";
    private static final CardRead.Holder HOLDER =
            new CardRead.Holder("Åse Brekke Sørli", "Fjellmur Entreprenør AS", "999888777");
    private static final Duration STARTS_WITHIN = Duration.ofMinutes(10);

    /** The cards' issuer; its keys are the same after each power on. */
    private static final SimulatedIssuer ISSUER = new SimulatedIssuer(new SplittableRandom(20_260_101));

    private final PiMachine machine;
    private final PiServer server;
    private final Path folder;
    private final VpcdSlot slot;

    PiGate(PiMachine machine, PiServer server, Path folder) {
        this.machine = machine;
        this.server = server;
        this.folder = folder;
        this.slot = new VpcdSlot(machine.cardPort());
    }

    PiMachine machine() {
        return machine;
    }

    PiServer server() {
        return server;
    }

    LineLog lines() {
        return machine.lines();
    }

    /** Turns the installed package into this gate: identity, keys of the cards, settings. Starts nothing. */
    void setUp() throws IOException, InterruptedException {
        Path identity = folder.resolve("identity");
        if (!Files.exists(identity)) {
            server.provision(identity);
        }
        putAll(identity, IDENTITY);
        Path keys = folder.resolve("card-keys");
        Path layout = Settings.write(Map.of("chipLayout", ISSUER.layout(keys)), folder.resolve("layout.yaml"));
        putAll(keys, KEYS);
        configure(settings(Files.readString(layout).replace(keys.toString(), KEYS), ""));
        machine.run(
                "chown -R portvakt-gate: " + IDENTITY + " && chown root:portvakt-gate " + KEYS + "/* && chmod 640 "
                        + KEYS + "/*",
                PATIENCE);
        // An emulated processor that shares a busy machine is slower than any board.
        machine.agent()
                .put(
                        "/etc/systemd/system/" + UNIT + ".d/emulated.conf",
                        "644",
                        "[Service]\nTimeoutStartSec=600\n".getBytes(StandardCharsets.US_ASCII));
        machine.run("systemctl daemon-reload", PATIENCE);
        clockIsRight();
    }

    /** Settings for this machine, with more at the end. */
    private String settings(String chipLayout, String more) {
        String reader = chipLayout.replace("---\n", "").indent(2);
        return """
                site: %s
                gate: %s
                direction: IN
                dataFolder: %s
                identityFolder: %s
                server: {uri: "%s"}
                releaseTime: %s
                turnTime: %s
                turnstile:
                  relay: {line: 22, active: HIGH}
                  armSensor: {line: 23, active: LOW, pull: UP}
                  requestToExit: {line: 24, active: LOW, pull: UP}
                  fireAlarm: {line: 25, active: HIGH, pull: "OFF"}
                  greenLamp: {line: 5, active: HIGH}
                  redLamp: {line: 6, active: HIGH}
                  buzzer: {line: 13, active: HIGH}
                  lockCommand: [gpioset, --chip, gpiochip1, --toggle, "0", "22=0"]
                clock: {synchronisedFile: %s}
                cardReader:
                %s%s""".formatted(
                        PiServer.GATE.site(),
                        PiServer.GATE.gate(),
                        DATA,
                        IDENTITY,
                        server.broker(),
                        RELEASE_TIME,
                        TURN_TIME,
                        CLOCK_IS_RIGHT,
                        reader,
                        more);
    }

    private void configure(String yaml) throws IOException, InterruptedException {
        machine.agent().put("/etc/portvakt/gate.yaml", "644", yaml.getBytes(StandardCharsets.UTF_8));
    }

    /** Adds settings at the end, or takes them away again; counts from the next start. */
    void addSettings(String more) throws IOException, InterruptedException {
        Path layout = folder.resolve("layout.yaml");
        configure(settings(
                Files.readString(layout).replace(folder.resolve("card-keys").toString(), KEYS), more));
    }

    void putAll(Path from, String to) throws IOException, InterruptedException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                machine.agent().put(to + "/" + from.relativize(file), "600", Files.readAllBytes(file));
            }
        }
    }

    /** As if the time had just been fetched from the network; must be said after each power on. */
    void clockIsRight() throws IOException, InterruptedException {
        machine.agent().put(CLOCK_IS_RIGHT, "644", new byte[0]);
    }

    /** Starts the service; returns when it has told systemd that it is ready. */
    void start() throws IOException, InterruptedException {
        PiAgent.Answer answer = machine.agent().run("systemctl start " + UNIT, STARTS_WITHIN);
        FailedException.unless(answer.status() == 0, "the service does not start: " + log());
    }

    void stop() throws IOException, InterruptedException {
        machine.run("systemctl stop " + UNIT, PATIENCE);
    }

    /** Waits until the service is up, whoever started it, and cards can be shown. */
    void awaitReady() throws IOException, InterruptedException {
        awaitActive();
        awaitReader();
    }

    /** Waits until pcscd has its virtual reader, so that cards can be laid on it. */
    void awaitReader() throws IOException, InterruptedException {
        Wait.untilHolds(
                PATIENCE, 300, () -> "the virtual reader of pcscd; the gate said: " + log(), this::readerListens);
    }

    /** Waits until systemd says that the service is up. */
    void awaitActive() throws IOException, InterruptedException {
        Wait.untilHolds(
                STARTS_WITHIN,
                300,
                () -> UNIT + " to be up: " + log(),
                () -> machine.agent()
                        .run("systemctl is-active " + UNIT, PATIENCE)
                        .text()
                        .equals("active"));
    }

    private boolean readerListens() throws IOException, InterruptedException {
        return machine.agent()
                        .run("grep -q ':8C7B 0*:0000 0A' /proc/net/tcp /proc/net/tcp6", PATIENCE)
                        .status()
                == 0;
    }

    /** The service's main process. */
    long pid() throws IOException, InterruptedException {
        return Long.parseLong(machine.run("systemctl show -p MainPID --value " + UNIT, PATIENCE));
    }

    /** The last that the gate said. */
    String log() throws IOException, InterruptedException {
        return machine.agent()
                .run("journalctl -b -u " + UNIT + " -o cat -n 25 --no-pager", PATIENCE)
                .text();
    }

    /** Lays a card on the reader. */
    void lay(CardNumber number) throws IOException {
        Uid uid = new Uid("04%012x".formatted(Long.parseLong(number.digits())));
        slot.insert(ISSUER.card(uid, number, LocalDate.now().plusYears(1), HOLDER));
    }

    void takeCardAway() {
        slot.pullOut();
    }

    /** Lays a card and waits for the relay. @return when the relay went on, and how long that took, seen from here */
    Tap tapUntilReleased(CardNumber number) throws IOException, InterruptedException {
        int mark = lines().mark();
        long laidNs = System.nanoTime();
        lay(number);
        LineLog.Change on = lines().await(mark, RELAY, true, PATIENCE);
        return new Tap(mark, on, (on.hereNs() - laidNs) / 1e9);
    }

    /** @param mark of the lines, before the card was laid */
    record Tap(int mark, LineLog.Change on, double seconds) {}

    /** The arm turns: its sensor's contact closes for a third of a second. */
    void turnArm() throws IOException, InterruptedException {
        press(ARM);
    }

    /** A contact to ground closes for long enough to count. */
    void press(int line) throws IOException, InterruptedException {
        machine.agent().pull(line, false);
        machine.run("sleep 0.35", PATIENCE);
        machine.agent().pull(line, true);
    }

    /** A whole passage: card, relay, arm, relay off, card away. */
    LineLog.Pulse passage(CardNumber number) throws IOException, InterruptedException {
        Tap tap = tapUntilReleased(number);
        turnArm();
        lines().await(tap.mark(), RELAY, false, PATIENCE);
        takeCardAway();
        return lines().pulses(tap.mark(), RELAY).getFirst();
    }

    /** The journal as it stands on the Pi's disk now; the gate may run. */
    PiJournal journal() throws IOException, InterruptedException {
        PiAgent.Answer tar = machine.agent().run("cd " + DATA + " && tar -cf - .", PATIENCE);
        Path copy = Files.createTempDirectory(folder, "journal-");
        Path file = folder.resolve("journal.tar");
        Files.write(file, tar.bytes());
        Process unpack = new ProcessBuilder(List.of("tar", "-xf", file.toString(), "-C", copy.toString()))
                .inheritIO()
                .start();
        FailedException.unless(unpack.waitFor() == 0, "the copy of the journal cannot be unpacked");
        return PiJournal.ofCopy(copy);
    }

    @Override
    public void close() {
        slot.close();
    }
}
