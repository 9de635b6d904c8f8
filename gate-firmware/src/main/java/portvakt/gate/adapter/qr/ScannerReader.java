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
 * A hand-held or built-in code scanner as a reader: one that decodes by itself and sends texts, over a serial port or as a keyboard.
 * What it sends is treated as what a camera sees ({@link CodePattern}, {@link Presentations}).
 *
 * <p>Lives through the scanner being unplugged: {@link ReaderSignal.Lost} once, then new tries for ever with pauses that double up to a
 * bound. All signals come from one thread of its own.
 */
public final class ScannerReader implements CardReader {

    private static final Logger LOG = LoggerFactory.getLogger(ScannerReader.class);

    /** The wait cannot be interrupted, so it is cut in slices short enough for {@link #close()}. */
    private static final int WAIT_SLICE_MS = 300;

    private static final Duration CLOSE_WAIT = Duration.ofMillis(1200);

    /** Where bytes come from. One thread. */
    interface Source extends AutoCloseable {
        /**
         * Waits for bytes.
         *
         * @return how many came; 0 if none did in time
         * @throws IOException if the device is gone; a sentence for the service technician
         */
        int read(byte[] into, int timeoutMs) throws IOException;

        @Override
        void close();
    }

    /** Opens the device, ready to be read. */
    interface Opener {
        Source open(ScannerConfig config) throws IOException;
    }

    private final ScannerConfig config;
    private final Opener opener;
    private final Presentations presentations;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Object signalLock = new Object();
    private final Thread thread;

    private Consumer<ReaderSignal> inbox = signal -> {};
    private boolean lost;

    public ScannerReader(ScannerConfig config) {
        this(config, ScannerReader::opened);
    }

    ScannerReader(ScannerConfig config, Opener opener) {
        this.config = config;
        this.opener = opener;
        this.presentations = new Presentations(CodePattern.compile(config.codePattern()), config.holdTime());
        this.thread = Thread.ofPlatform().daemon().name(config.name()).unstarted(this::supervise);
    }

    private static Source opened(ScannerConfig config) throws IOException {
        LinuxDevice device = LinuxDevice.open(config.device());
        try {
            switch (config.kind()) {
                case SERIAL -> device.raw(config.baudRate());
                case KEYBOARD -> device.grab();
            }
            return device;
        } catch (IOException e) {
            device.close();
            throw e;
        }
    }

    @Override
    public String name() {
        return config.name();
    }

    @Override
    public void start(Consumer<ReaderSignal> inbox) {
        this.inbox = inbox;
        thread.start();
    }

    @Override
    public void close() {
        synchronized (signalLock) {
            closing.countDown();
        }
        try {
            if (thread.isAlive() && !thread.join(CLOSE_WAIT)) {
                LOG.warn("{}: its device does not return; the thread is left behind", config.name());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void supervise() {
        Duration delay = config.restartDelayMin();
        while (closing.getCount() > 0) {
            try (Source device = opener.open(config)) {
                ready();
                delay = config.restartDelayMin();
                listen(device);
            } catch (IOException e) {
                lost(e.getMessage());
            } catch (RuntimeException e) {
                LOG.error("{}: unforeseen failure", config.name(), e);
                lost("The scanner failed in an unforeseen way (" + e + "). See the log.");
            }
            if (pause(delay)) {
                return;
            }
            Duration doubled = delay.multipliedBy(2);
            delay = doubled.compareTo(config.restartDelayMax()) < 0 ? doubled : config.restartDelayMax();
        }
    }

    private void listen(Source device) throws IOException {
        byte[] buffer = new byte[1024];
        TextAssembler assembler = new TextAssembler();
        KeyStrokes keys = new KeyStrokes();
        while (closing.getCount() > 0) {
            int got = device.read(buffer, WAIT_SLICE_MS);
            if (got == 0) {
                continue;
            }
            long nowNs = System.nanoTime();
            List<String> texts = switch (config.kind()) {
                case SERIAL -> assembler.bytes(buffer, got, nowNs);
                case KEYBOARD -> assembler.characters(keys.characters(buffer, got), nowNs);
            };
            texts.forEach(text -> presentations
                    .see(List.of(text), nowNs)
                    .ifPresent(read ->
                            signal(new ReaderSignal.Presented(config.name(), read, System.nanoTime() - nowNs))));
        }
    }

    private void ready() {
        lost = false;
        signal(new ReaderSignal.Ready(config.name(), "scanner at " + config.device()));
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
    private boolean pause(Duration duration) {
        try {
            return closing.await(duration.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            LOG.warn("{}: its thread was interrupted, which nobody should do; it goes on", config.name());
            return false;
        }
    }
}
