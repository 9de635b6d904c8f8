package portvakt.sim.site;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.gate.Gate;
import portvakt.gate.adapter.display.DisplayConfig;
import portvakt.gate.adapter.display.DisplayServer;
import portvakt.gate.adapter.display.Screens;
import portvakt.gate.adapter.file.DataFolder;
import portvakt.gate.adapter.gpio.Pi4jTurnstile;
import portvakt.gate.adapter.pcsc.ChipLayout;
import portvakt.gate.journal.SegmentedJournal;
import portvakt.gate.port.Display;
import portvakt.gate.port.Turnstile;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.sim.device.SimulatedTurnstile;

/** One run of the real gate's program: from its start to an orderly stop, or to the moment when its power is cut. */
final class GateComputer {

    private static final Logger LOG = LoggerFactory.getLogger(GateComputer.class);
    private static final String READER = "card";
    private static final Duration BURIED_WITHIN = Duration.ofSeconds(30);

    /** Hears what the program does, on its loop; must be quick. */
    interface Hearing extends ObservedJournal.Listener {
        /** @param newest what its journal held when it started, oldest first */
        void started(List<ChainedEvent> newest);

        void shown(Turnstile.Indication indication);
    }

    private final DataFolder data;
    private final PowerCutDisk disk;
    private final FieldClock.Run clock;
    private SegmentedJournal journal;
    private ObservedJournal observed;
    private FieldTurnstile turnstile;
    private FieldReader reader;
    private Gate gate;
    private Optional<Thread> burial = Optional.empty();

    private GateComputer(Path dataFolder, FieldClock clock) throws IOException {
        this.data = DataFolder.lock(dataFolder);
        this.disk = new PowerCutDisk(data.disk(), new SplittableRandom());
        this.clock = clock.new Run();
    }

    /** What the program runs on, and what it is. */
    record Build(
            Gate.Settings settings,
            Path dataFolder,
            Optional<ChipLayout> layout,
            SimulatedTurnstile turnstile,
            FieldClock clock,
            Optional<DisplayConfig> display) {}

    /** @param newestEvents how many the hearing is told of */
    static GateComputer start(Build build, int newestEvents, Hearing hearing) throws IOException {
        GateComputer computer = new GateComputer(build.dataFolder(), build.clock());
        try {
            computer.open(build, newestEvents, hearing);
            return computer;
        } catch (IOException | RuntimeException e) {
            computer.data.close();
            throw e;
        }
    }

    private void open(Build build, int newestEvents, Hearing hearing) throws IOException {
        journal = SegmentedJournal.open(disk, SegmentedJournal.Limits.DEFAULT);
        try {
            hearing.started(journal.read(Math.max(1, journal.last() - newestEvents + 1), journal.last()));
            observed = new ObservedJournal(journal, hearing);
            reader = new FieldReader(READER, build.layout());
            turnstile = new FieldTurnstile(
                    new Pi4jTurnstile(build.turnstile().context(), SimulatedGate.LINES), hearing::shown);
            gate = Gate.start(
                    build.settings(),
                    new Gate.Outside(
                            turnstile, List.of(reader), observed, journal.opening(), disk, clock, display(build)));
        } catch (IOException | RuntimeException e) {
            journal.close();
            throw e;
        }
    }

    private static Optional<Display> display(Build build) {
        return build.display()
                .map(config -> new DisplayServer(
                        config,
                        // The one reader takes whatever is shown: cards, and what a camera would see.
                        new Screens(
                                config,
                                new Screens.Place(
                                        build.settings().address().gate(),
                                        build.settings().direction(),
                                        Optional.of(READER),
                                        Optional.of(READER)))));
    }

    FieldReader reader() {
        return reader;
    }

    FieldClock.Run clock() {
        return clock;
    }

    boolean isConnected() {
        return gate.isConnected();
    }

    long journalLast() {
        return journal.last();
    }

    long acknowledged() {
        return journal.acknowledged();
    }

    /** Stops it in an orderly way. */
    void stop() throws IOException {
        gate.close();
        try {
            journal.close();
        } finally {
            data.close();
        }
    }

    /**
     * Cuts its power: relay and lamps go off, nothing more is written, told or decided from here on.
     *
     * @param network ends its connections without a good-bye
     */
    void cut(Runnable network) {
        turnstile.cut();
        try {
            disk.cut();
        } catch (IOException e) {
            throw new UncheckedIOException("the disk could not be cut off", e);
        } finally {
            observed.cut();
            network.run();
            reader.close();
            burial = Optional.of(Thread.ofPlatform().name("power-cut").daemon().start(this::bury));
        }
    }

    /** Threads of this process have no power to lose: they are ended, with nothing left that they could do. */
    private void bury() {
        gate.close();
        try {
            data.close();
        } catch (IOException e) {
            LOG.warn("The lock of a gate without power is still held: {}", e.getMessage());
        }
    }

    /** Waits after a {@link #cut} until the folder can be taken by the next run. */
    void awaitBurial() throws InterruptedException {
        if (burial.isPresent()) {
            burial.get().join(BURIED_WITHIN);
        }
    }
}
