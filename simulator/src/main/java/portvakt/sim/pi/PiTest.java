package portvakt.sim.pi;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.slf4j.bridge.SLF4JBridgeHandler;
import picocli.CommandLine;
import portvakt.protocol.CardStatus;

/** {@code ./portvakt pi-test}: boots the gate's package on an emulated Raspberry Pi and proves it. */
@CommandLine.Command(
        name = "pi-test",
        mixinStandardHelpOptions = true,
        description = "The gate's Debian package on an emulated Raspberry Pi: a table of what it was seen to do.")
public final class PiTest implements Callable<Integer> {

    private static final int WRONG = 1;
    private static final int BOOTED_CUTS_SHORT = 1;
    private static final int BOOTED_CUTS = 3;
    private static final int CUTS_SHORT = 5;
    private static final int CUTS_PLAIN = 10;
    private static final int CUTS_LONG = 100;
    private static final String POWER = "power";
    private static final String CUTS = "cuts";
    private static final String CLOCK = "clock";
    private static final String WEIGHT = "weight";
    /** Each takes starts of its own. */
    private static final List<String> NOT_QUICK = List.of(CLOCK, CameraScenario.NAME);

    private static final Duration BOOTS_WITHIN = Duration.ofMinutes(8);

    @CommandLine.Option(
            names = "--short",
            description = "what every build has to pass: six power cuts, no camera, no clock of 1970")
    private boolean quick;

    @CommandLine.Option(names = "--long", description = "everything, with " + CUTS_LONG + " power cuts: hours")
    private boolean thorough;

    @CommandLine.Option(names = "--only", paramLabel = "NAME", description = "this scenario alone; may be given again")
    private List<String> only = List.of();

    @CommandLine.Option(
            names = "--kills",
            paramLabel = "N",
            description = "how often " + CUTS + " cuts the power; 0 with --resume: compare only")
    private Integer kills;

    @CommandLine.Option(
            names = "--seed",
            paramLabel = "N",
            description = "of when; default: another each time, printed")
    private long seed = System.nanoTime();

    @CommandLine.Option(
            names = "--resume",
            paramLabel = "FOLDER",
            description =
                    "with --only " + CUTS + ": goes on with the series in this folder, which an earlier run has left")
    private Path resumed;

    @CommandLine.Option(names = "--deb", required = true, hidden = true)
    private Path deb;

    @CommandLine.Option(names = "--images", required = true, hidden = true)
    private Path imageFolder;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    private final PiReport report = new PiReport();

    /** For picocli. */
    PiTest() {}

    public static void main(String[] args) {
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
        System.exit(new CommandLine(new PiTest()).execute(args));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        demandKnown();
        Path folder = resumed == null ? Files.createTempDirectory("portvakt-pi-") : resumed;
        System.err.println("pi: seed " + seed + "; consoles and logs in " + folder);
        PiImages images = new PiImages(imageFolder);
        boolean alone = only.equals(List.of(CUTS));
        if (resumed != null && (!alone || !Files.isDirectory(resumed.resolve(CUTS)))) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(),
                    "--resume " + resumed + ": give --only " + CUTS + " too, and the folder that the run has named");
        }
        if (!alone) {
            bootedLives(images, folder);
        }
        if (wanted(CUTS) && (alone || report.hasStarted())) {
            judge(CUTS, () -> new CutSeries(images, folder.resolve(CUTS), seed).run(deb, cuts()));
        }
        report.print(System.out);
        // A series that was gone on with may be gone on with again.
        if (report.isGood() && resumed == null) {
            PiJournal.delete(folder);
        }
        return report.isGood() ? 0 : WRONG;
    }

    private int cuts() {
        if (kills != null) {
            return kills;
        }
        return quick ? CUTS_SHORT : thorough ? CUTS_LONG : CUTS_PLAIN;
    }

    /** All that one gate and one server go through. */
    private void bootedLives(PiImages images, Path folder) throws IOException, InterruptedException {
        try (PiServer server = new PiServer(folder)) {
            server.start();
            Path disk = folder.resolve("disk.img");
            images.installed(deb, disk, folder);
            firstLife(images, server, disk, folder);
            if (report.hasStarted()) {
                laterLives(images, server, disk, folder);
            }
        }
    }

    private boolean wanted(String name) {
        return only.isEmpty() ? !quick || !NOT_QUICK.contains(name) : only.contains(name);
    }

    private static List<Scenario> scenarios() {
        List<Scenario> scenarios = new ArrayList<>(PassageScenarios.all());
        scenarios.addAll(FaultScenarios.all());
        scenarios.addAll(CameraScenario.all());
        return scenarios;
    }

    private void demandKnown() {
        List<String> known = new ArrayList<>(List.of(POWER, CUTS, CLOCK, WEIGHT));
        scenarios().forEach(scenario -> known.add(scenario.name()));
        for (String name : only) {
            if (!known.contains(name)) {
                throw new CommandLine.ParameterException(
                        spec.commandLine(), "--only " + name + ": there is no such scenario; there are " + known);
            }
        }
    }

    /** One power on for all that needs no other. */
    private void firstLife(PiImages images, PiServer server, Path disk, Path folder)
            throws IOException, InterruptedException {
        try (PiMachine machine = PiMachine.on(images, PiMachine.Parts.of(disk), folder);
                PiGate gate = new PiGate(machine, server, folder)) {
            judge("start", () -> start(gate));
            if (!report.hasStarted()) {
                return;
            }
            for (Scenario scenario : scenarios()) {
                if (wanted(scenario.name())) {
                    System.err.println("pi: " + scenario.name() + ": " + scenario.claim());
                    judge(scenario.name(), () -> scenario.act().run(gate));
                }
            }
            if (only.contains(WEIGHT) || thorough) {
                judge(WEIGHT, () -> new Weight(gate, folder).measure());
            }
            machine.shutDown();
        }
    }

    /** What needs the power to be switched off and on. */
    private void laterLives(PiImages images, PiServer server, Path disk, Path folder) throws InterruptedException {
        if (wanted(POWER)) {
            judge(
                    POWER,
                    () -> new PowerCuts(images, server, disk, folder, seed)
                            .run(quick ? BOOTED_CUTS_SHORT : BOOTED_CUTS));
        }
        if (wanted(CLOCK)) {
            judge(CLOCK, () -> ClockScenario.run(images, server, disk, folder));
        }
    }

    private static String start(PiGate gate) throws IOException, InterruptedException {
        gate.machine().run("systemctl is-system-running --wait || true", BOOTS_WITHIN);
        double bootSeconds = gate.machine().secondsSinceOn();
        gate.setUp();
        long beforeNs = System.nanoTime();
        gate.start();
        double startSeconds = (System.nanoTime() - beforeNs) / 1e9;
        gate.awaitReady();
        long version = gate.server().push(PassageScenarios.REVOKED, CardStatus.REVOKED);
        gate.server()
                .await(
                        0,
                        "ListApplied",
                        PiGate.PATIENCE,
                        row -> row.listVersion().orElse(0L) >= version);
        return String.format(
                java.util.Locale.ROOT,
                "booted %.0f s after power on; the service took %.1f s",
                bootSeconds,
                startSeconds);
    }

    private interface Act {
        String run() throws IOException, InterruptedException;
    }

    private void judge(String name, Act act) throws InterruptedException {
        long beginNs = System.nanoTime();
        try {
            String figure = act.run();
            report.add(name, true, (System.nanoTime() - beginNs) / 1e9, figure);
        } catch (FailedException | IOException e) {
            report.add(name, false, (System.nanoTime() - beginNs) / 1e9, e.getMessage());
        }
    }
}
