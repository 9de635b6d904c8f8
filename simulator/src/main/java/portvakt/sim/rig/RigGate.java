package portvakt.sim.rig;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import portvakt.gate.GateConfig;
import portvakt.gate.adapter.gpio.TurnstileConfig;
import portvakt.gate.adapter.qr.ScannerConfig;
import portvakt.protocol.Direction;
import portvakt.sim.device.LineBoard;
import portvakt.sim.device.SimulatedScanner;
import portvakt.sim.device.SimulatedTurnstile;
import portvakt.sim.site.SimulatedGate;

/** A gate as a process in a network of its own, with a turnstile and a scanner that stay when it is killed. */
final class RigGate implements AutoCloseable {

    static final Duration RELEASE_TIME = Duration.ofMillis(600);
    static final Duration TURN_TIME = Duration.ofMillis(700);

    private static final String SCANNER = "scanner";
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(5);
    private static final Duration HOLD = Duration.ofMillis(100);
    private static final int DISK_MEGABYTES = 40;
    private static final long JOURNAL_BYTES_MAX = 16L << 20;

    /** @param port empty: it has no network of its own @param smallDisk whether its data lies on a disk that can be filled */
    record Place(
            String site,
            String name,
            Direction direction,
            URI broker,
            Optional<GateNet.Port> port,
            boolean smallDisk) {}

    private final Place place;
    private final Path dataFolder;
    private final LineBoard board;
    private final SimulatedTurnstile turnstile;
    private final SimulatedScanner scanner = new SimulatedScanner();
    private final Optional<SmallDisk> disk;
    private final JavaProgram program;
    private final RelayWatch relay = new RelayWatch();

    /** Starts nothing yet. @param folder the gate's own, with its {@code identity} */
    RigGate(Place place, Path folder, Path log) throws IOException {
        this.place = place;
        this.dataFolder = folder.resolve("data");
        this.disk = place.smallDisk() ? Optional.of(new SmallDisk(dataFolder, DISK_MEGABYTES)) : Optional.empty();
        this.board = new LineBoard(
                place.port().isPresent() ? place.port().get().boardAddress() : InetAddress.getLoopbackAddress());
        this.turnstile = SimulatedTurnstile.on(board, SimulatedGate.LINES);
        Path config = Settings.write(settings(folder), folder.resolve("gate.yaml"));
        this.program = new JavaProgram(
                place.port().map(GateNet.Port::prefix).orElse(List.of()),
                log,
                SCANNER + " is ready",
                BoardGate.class,
                config.toString(),
                board.address());
    }

    private GateConfig settings(Path folder) {
        TurnstileConfig lines = SimulatedGate.LINES;
        return new GateConfig(
                place.site(),
                place.name(),
                place.direction(),
                dataFolder,
                folder.resolve("identity"),
                Optional.of(new GateConfig.Server(place.broker(), KEEP_ALIVE)),
                Optional.empty(),
                new TurnstileConfig(
                        lines.relay(),
                        lines.armSensor(),
                        lines.requestToExit(),
                        lines.fireAlarm(),
                        lines.greenLamp(),
                        lines.redLamp(),
                        lines.buzzer(),
                        lines.debounce(),
                        lines.armStuckAfter(),
                        board.setCommand(lines.relay().line(), false),
                        Optional.empty()),
                RELEASE_TIME,
                TURN_TIME,
                Optional.empty(),
                Optional.empty(),
                Optional.of(new ScannerConfig(
                        SCANNER,
                        scanner.device(),
                        ScannerConfig.Kind.SERIAL,
                        null,
                        HOLD,
                        Duration.ofMillis(100),
                        Duration.ofMillis(500),
                        null)),
                Optional.empty(),
                null,
                new GateConfig.ClockSettings(null, true),
                JOURNAL_BYTES_MAX,
                null);
    }

    String name() {
        return place.name();
    }

    Direction direction() {
        return place.direction();
    }

    JavaProgram program() {
        return program;
    }

    Optional<GateNet.Port> port() {
        return place.port();
    }

    Optional<SmallDisk> disk() {
        return disk;
    }

    SimulatedTurnstile turnstile() {
        return turnstile;
    }

    RelayWatch relay() {
        return relay;
    }

    /** Shows a card's number as a code. */
    void tap(String card) {
        scanner.scan(card);
    }

    /** All that it has written down. */
    List<StoredJournal.Written> journal() throws IOException {
        return StoredJournal.read(name(), dataFolder);
    }

    /** Where its journal and lists lie. */
    Path dataFolder() {
        return dataFolder;
    }

    @Override
    public void close() throws IOException {
        program.close();
        scanner.close();
        turnstile.close();
        board.close();
        if (disk.isPresent()) {
            disk.get().close();
        }
    }
}
