package portvakt.gate.command;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import portvakt.gate.Gate;
import portvakt.gate.GateConfig;
import portvakt.gate.GateIdentity;
import portvakt.gate.adapter.display.DisplayServer;
import portvakt.gate.adapter.display.Screens;
import portvakt.gate.adapter.file.DataFolder;
import portvakt.gate.adapter.gpio.TurnstileConfig;
import portvakt.gate.adapter.gpio.TurnstileUnavailableException;
import portvakt.gate.adapter.os.ServiceManager;
import portvakt.gate.adapter.os.SystemClock;
import portvakt.gate.adapter.pcsc.PcscReader;
import portvakt.gate.adapter.qr.CodeReader;
import portvakt.gate.adapter.qr.CodeReaderConfig;
import portvakt.gate.adapter.qr.ScannerConfig;
import portvakt.gate.adapter.qr.ScannerReader;
import portvakt.gate.check.Judge;
import portvakt.gate.journal.SealKey;
import portvakt.gate.journal.SegmentedJournal;
import portvakt.gate.port.CardReader;
import portvakt.gate.port.Display;
import portvakt.gate.port.Turnstile;
import portvakt.protocol.config.ConfigFile;
import portvakt.protocol.mqtt.BrokerSession;

/** The gate itself: {@code run CONFIG}. Ends with status 2 when its settings or its devices cannot be used. */
@CommandLine.Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = "Reads cards, decides who may pass, drives the turnstile.")
public final class RunCommand implements Callable<Integer> {

    private static final Logger LOG = LoggerFactory.getLogger(RunCommand.class);
    private static final int IN_FLIGHT_MAX = 8;
    private static final int UNUSABLE = 2;
    private static final String CARD_READER = "card";

    private final Function<TurnstileConfig, Turnstile> turnstiles;

    @CommandLine.Parameters(
            paramLabel = "CONFIG",
            arity = "0..1",
            defaultValue = "/etc/portvakt/gate.yaml",
            description = "the gate's settings, YAML; default ${DEFAULT-VALUE}")
    private Path config;

    /** @param turnstiles makes the turnstile; locked when it returns */
    public RunCommand(Function<TurnstileConfig, Turnstile> turnstiles) {
        this.turnstiles = turnstiles;
    }

    @Override
    public Integer call() {
        return run(config);
    }

    /** Runs until the process is told to end. @return the program's status */
    public int run(Path config) {
        try {
            GateConfig settings = ConfigFile.read(config, GateConfig.class);
            // Everything that can be wrong is looked at before a line is claimed.
            FutureTask<GateIdentity> loading =
                    new FutureTask<>(() -> GateIdentity.load(settings.identityFolder(), settings.lists()));
            Thread.ofPlatform().daemon().name("identity").start(loading);
            List<CardReader> readers = readers(settings);
            try (DataFolder data = DataFolder.lock(settings.dataFolder());
                    SegmentedJournal journal = SegmentedJournal.open(
                            data.disk(),
                            new SegmentedJournal.Limits(
                                    SegmentedJournal.Limits.DEFAULT.segmentBytes(), settings.journalBytesMax()),
                            GateIdentity.journalStart(settings.identityFolder()),
                            new SecureRandom())) {
                GateIdentity identity = loaded(loading);
                warnOfEnd(identity, InstantSource.system());
                runUntilTold(settings, identity, readers, data, journal);
            }
            return 0;
        } catch (ConfigFile.Invalid | IOException | TurnstileUnavailableException e) {
            System.err.println("gate: " + e.getMessage());
            return UNUSABLE;
        } catch (InterruptedException e) {
            // Nobody interrupts the program's main thread; whoever does wants its end.
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    private static GateIdentity loaded(FutureTask<GateIdentity> loading) throws IOException, InterruptedException {
        try {
            return loading.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException unusable) {
                throw unusable;
            }
            throw new IllegalStateException("the identity cannot be loaded", e.getCause());
        }
    }

    /** After its end the gate decides on and nobody hears of it, so it is said in time; the console says it too. */
    private static void warnOfEnd(GateIdentity identity, InstantSource time) {
        Duration left = Duration.between(
                time.instant(), identity.key().certificate().getNotAfter().toInstant());
        if (left.compareTo(Judge.CERTIFICATE_WARNED) < 0) {
            LOG.warn(
                    "The certificate of this gate lasts {} more days by this clock; before its end run: portvakt-gate enrol --renew",
                    left.toDays());
        }
    }

    private void runUntilTold(
            GateConfig settings,
            GateIdentity identity,
            List<CardReader> readers,
            DataFolder data,
            SegmentedJournal journal)
            throws IOException, InterruptedException {
        CountDownLatch told = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            told.countDown();
            try {
                ended.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
        GateConfig.ClockSettings clock = settings.clock();
        try (Gate _ = Gate.start(
                gateSettings(settings, identity),
                new Gate.Outside(
                        turnstiles.apply(settings.turnstile()),
                        readers,
                        journal,
                        journal.opening(),
                        data.disk(),
                        new SystemClock(
                                clock.alwaysRight() ? Optional.empty() : Optional.of(clock.synchronisedFile()),
                                Gate.builtAt()),
                        display(settings),
                        ServiceManager.ofThisProcess()))) {
            told.await();
            LOG.info("Told to stop");
        } finally {
            ended.countDown();
        }
    }

    private static Gate.Settings gateSettings(GateConfig settings, GateIdentity identity) {
        return new Gate.Settings(
                settings.address(),
                settings.direction(),
                settings.accessPolicy(identity.listNames()),
                settings.releaseTime(),
                settings.turnTime(),
                identity.trust(),
                identity.lists(),
                settings.listKeysMax(),
                Optional.of(new SealKey(settings.address(), identity.key())),
                settings.server()
                        .map(server -> new BrokerSession.Settings(
                                server.uri(),
                                settings.address().clientId(),
                                identity.tls(),
                                Optional.empty(),
                                server.keepAlive(),
                                Duration.ZERO,
                                IN_FLIGHT_MAX)));
    }

    private static Optional<Display> display(GateConfig settings) {
        return settings.display()
                .map(display -> new DisplayServer(
                        display,
                        new Screens(
                                display,
                                new Screens.Place(
                                        settings.gate(),
                                        settings.direction(),
                                        settings.cardReader().map(_ -> CARD_READER),
                                        settings.camera()
                                                .map(CodeReaderConfig::name)
                                                .or(() -> settings.scanner().map(ScannerConfig::name))))));
    }

    private static List<CardReader> readers(GateConfig settings) throws ConfigFile.Invalid {
        List<CardReader> readers = new ArrayList<>();
        if (settings.cardReader().isPresent()) {
            readers.add(new PcscReader(CARD_READER, settings.cardReader().get()));
        }
        settings.camera().map(CodeReader::new).ifPresent(readers::add);
        settings.scanner().map(ScannerReader::new).ifPresent(readers::add);
        return readers;
    }
}
