package portvakt.sim.rig;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import portvakt.gate.GateConfig;
import portvakt.gate.adapter.gpio.TurnstileConfig;
import portvakt.gate.adapter.pcsc.PcscReaderConfig;
import portvakt.gate.adapter.qr.CodeReaderConfig;
import portvakt.protocol.Direction;
import portvakt.sim.device.LineBoard;
import portvakt.sim.device.SimulatedTurnstile;
import portvakt.sim.site.SimulatedGate;

/** A gate as a process that can be killed, and its turnstile, which stays. */
final class GateProcess implements AutoCloseable {

    static final Duration RELEASE_TIME = Duration.ofSeconds(4);
    static final Duration TURN_TIME = Duration.ofSeconds(1);
    private static final int RELAY = SimulatedGate.LINES.relay().line();

    /**
     * What this gate is.
     *
     * @param dataFolder its only memory
     */
    record Installation(
            String name,
            Direction direction,
            Path dataFolder,
            PcscReaderConfig reader,
            Optional<CodeReaderConfig> camera) {}

    private final Installation installation;
    private final Path configFile;
    private final Path output;
    private final LineBoard board = new LineBoard();
    private final SimulatedTurnstile turnstile = SimulatedTurnstile.on(board, SimulatedGate.LINES);
    private JavaProcess process;

    /** Provisions the gate at the server, which must not run yet, and starts nothing. */
    GateProcess(Path folder, ServerProcess server, Installation installation) throws Exception {
        this(folder, server, installation, server.provision(installation.name(), installation.direction()));
    }

    /** With an identity that is there, or will be when it starts. */
    GateProcess(Path folder, ServerProcess server, Installation installation, Path identity) throws Exception {
        this.installation = installation;
        this.output = folder.resolve(installation.name() + ".log");
        this.configFile = Settings.write(
                new GateConfig(
                        ServerProcess.SITE,
                        installation.name(),
                        installation.direction(),
                        installation.dataFolder(),
                        identity,
                        Optional.of(new GateConfig.Server(server.broker(), null)),
                        Optional.of(List.of(ServerProcess.LIST)),
                        wiring(),
                        RELEASE_TIME,
                        TURN_TIME,
                        Optional.of(installation.reader()),
                        installation.camera(),
                        Optional.empty(),
                        Optional.empty(),
                        null,
                        new GateConfig.ClockSettings(null, true),
                        null,
                        null),
                folder.resolve(installation.name() + ".yaml"));
    }

    private TurnstileConfig wiring() {
        TurnstileConfig lines = SimulatedGate.LINES;
        return new TurnstileConfig(
                lines.relay(),
                lines.armSensor(),
                lines.requestToExit(),
                lines.fireAlarm(),
                lines.greenLamp(),
                lines.redLamp(),
                lines.buzzer(),
                lines.debounce(),
                lines.armStuckAfter(),
                board.setCommand(RELAY, false),
                Optional.empty());
    }

    /** Returns when the gate takes cards. */
    void start() throws IOException {
        process = JavaProcess.start(output, BoardGate.class, configFile.toString(), board.address());
        process.awaitOutput("card is ready", 1);
    }

    /** Waits until the gate decides by that version of the list; for a program that has seen it come. */
    void awaitLists(long version) {
        process.awaitOutput("version " + version + " decides from now on", 1);
    }

    /** The gate's settings, as its program reads them. */
    Path configFile() {
        return configFile;
    }

    /** SIGKILL; the turnstile stays as the guard leaves it. */
    void kill() throws InterruptedException {
        process.kill();
    }

    /** The program that runs, or ran last. */
    JavaProcess process() {
        return process;
    }

    SimulatedTurnstile turnstile() {
        return turnstile;
    }

    String name() {
        return installation.name();
    }

    Path dataFolder() {
        return installation.dataFolder();
    }

    /** How many times the relay has been switched on so far. */
    long releases() {
        return turnstile.relayChanges().stream().filter(change -> change.on()).count();
    }

    /** Waits until the relay has been switched on so many times since the beginning. */
    void awaitReleases(long count) {
        process.await(
                () -> count + " releases; had " + releases() + "; the gate said:\n" + process.output(),
                () -> releases() >= count);
    }

    void awaitLocked() {
        process.await(() -> "the relay off; the gate said:\n" + process.output(), () -> !turnstile.relayOn());
    }

    @Override
    public void close() {
        if (process != null) {
            process.close();
        }
        turnstile.close();
        board.close();
    }
}
