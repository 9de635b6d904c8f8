package portvakt.gate.adapter.qr;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.gate.port.CardReader;
import portvakt.gate.port.ReaderSignal;

/**
 * A camera as a reader: runs a command that writes gray frames to its standard output, decodes the newest frame as often as it
 * is allowed to, and signals each code once a presentation.
 *
 * <p>Supervises the command: when it cannot be started, ends, writes nonsense or gives no frame for
 * {@link CodeReaderConfig#frameTimeout()}, the reader says {@link ReaderSignal.Lost} with the cause, kills the command and all
 * that it started, and starts it again, waiting longer each time. All signals come from one thread of its own.
 */
public final class CodeReader implements CardReader {

    private static final Logger LOG = LoggerFactory.getLogger(CodeReader.class);
    private static final Duration CLOSE_WAIT = Duration.ofMillis(1200);

    private final CodeReaderConfig config;
    private final CodeDecoder decoder;
    private final Presentations presentations;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Object signalLock = new Object();
    private final Thread thread;

    private Consumer<ReaderSignal> inbox = signal -> {};
    private volatile CameraProcess running;
    private boolean lost;

    public CodeReader(CodeReaderConfig config) {
        this(config, new PersistentDecoder());
    }

    CodeReader(CodeReaderConfig config, CodeDecoder decoder) {
        this.config = config;
        this.decoder = decoder;
        this.presentations = new Presentations(CodePattern.compile(config.codePattern()), config.holdTime());
        this.thread = Thread.ofPlatform().daemon().name(config.name()).unstarted(this::supervise);
    }

    @Override
    public String name() {
        return config.name();
    }

    @Override
    public void start(Consumer<ReaderSignal> signals) {
        inbox = signals;
        thread.start();
    }

    @Override
    public void close() {
        synchronized (signalLock) {
            closing.countDown();
        }
        thread.interrupt();
        CameraProcess camera = running;
        if (camera != null) {
            camera.close();
        }
        try {
            if (thread != Thread.currentThread() && thread.isAlive() && !thread.join(CLOSE_WAIT)) {
                LOG.warn("{}: still decoding a frame; it ends by itself and signals nothing more", config.name());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void supervise() {
        Duration delay = config.restartDelayMin();
        try {
            while (closing.getCount() > 0) {
                long startedNs = System.nanoTime();
                lost(watchOneRun());
                Duration ran = Duration.ofNanos(System.nanoTime() - startedNs);
                // A run that lasted was a success; one that always dies after its first frame is not tried every second
                // for ever.
                boolean lasted = ran.compareTo(config.frameTimeout().plus(config.restartDelayMax())) > 0;
                delay = lasted ? config.restartDelayMin() : delay;
                if (pause(delay)) {
                    return;
                }
                delay = longer(delay);
            }
        } catch (InterruptedException e) {
            LOG.debug("{}: closed", config.name());
        }
    }

    private Duration longer(Duration delay) {
        Duration doubled = delay.multipliedBy(2);
        return doubled.compareTo(config.restartDelayMax()) < 0 ? doubled : config.restartDelayMax();
    }

    /** @return why the run is over */
    private String watchOneRun() throws InterruptedException {
        try (CameraProcess camera = CameraProcess.start(config)) {
            running = camera;
            return watch(camera) + camera.lastWords();
        } catch (IOException e) {
            return "The camera's command cannot be started: " + Printable.text(String.valueOf(e.getMessage()))
                    + ". Check that the program is installed and that \"command\" in the settings names it.";
        } finally {
            running = null;
        }
    }

    private String watch(CameraProcess camera) throws InterruptedException {
        long periodNs = TimeUnit.SECONDS.toNanos(1) / config.framesPerSecondMax();
        GrayFrame frame = new GrayFrame();
        boolean ready = false;
        while (true) {
            switch (camera.take(frame, config.frameTimeout())) {
                case NewestFrame.Taken.Frame taken -> frame = taken.frame();
                case NewestFrame.Taken.Ended ended -> {
                    return ended.cause();
                }
                case NewestFrame.Taken.TimedOut() -> {
                    return "The camera's command runs but gave no frame for " + config.frameTimeout()
                            + ". Check the camera's cable, and that no other program uses the camera.";
                }
            }
            if (!ready) {
                ready = true;
                ready(frame);
                camera.noteDescendants();
            }
            long beganNs = System.nanoTime();
            decode(frame);
            long tookNs = System.nanoTime() - beganNs;
            // Resting as long as decoding took leaves half a core to the gate, however slow the board or busy the
            // picture.
            if (pause(Duration.ofNanos(Math.max(periodNs - tookNs, tookNs)))) {
                throw new InterruptedException("closed");
            }
        }
    }

    private void decode(GrayFrame frame) {
        List<String> texts =
                decoder.decode(frame).stream().map(FoundCode::text).distinct().toList();
        presentations
                .see(texts, frame.arrivedNs())
                .ifPresent(read ->
                        signal(new ReaderSignal.Presented(config.name(), read, System.nanoTime() - frame.arrivedNs())));
    }

    private void ready(GrayFrame frame) {
        lost = false;
        signal(new ReaderSignal.Ready(
                config.name(), "frames of " + frame.width() + " by " + frame.height() + " pixels"));
    }

    private void lost(String detail) {
        if (!lost) {
            lost = true;
            signal(new ReaderSignal.Lost(config.name(), detail));
        } else {
            LOG.debug("{}: still lost. {}", config.name(), detail);
        }
    }

    /** Holds the lock while it signals, so that none can come after {@link #close()} has begun. */
    private void signal(ReaderSignal signal) {
        synchronized (signalLock) {
            if (closing.getCount() > 0) {
                inbox.accept(signal);
            }
        }
    }

    /** @return whether the reader is being closed */
    private boolean pause(Duration duration) throws InterruptedException {
        return closing.await(Math.max(0, duration.toNanos()), TimeUnit.NANOSECONDS);
    }
}
