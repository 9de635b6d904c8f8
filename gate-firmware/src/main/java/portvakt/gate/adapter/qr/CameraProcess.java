package portvakt.gate.adapter.qr;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * One run of the camera's command, with the threads that drain its two pipes. Both pipes are drained all the time, whether
 * anybody takes frames or not: a full pipe would stop the command.
 *
 * <p>If this program dies, the command's next frame meets a broken pipe, which ends it.
 */
final class CameraProcess implements AutoCloseable {

    private static final int PIPE_BUFFER_BYTES = 1 << 16;
    private static final long EXIT_WAIT_MS = 300;

    private final CodeReaderConfig config;
    private final Process process;
    private final NewestFrame newest = new NewestFrame();
    private final LastLine lastWords = new LastLine();
    private final Thread errors;
    private final Set<ProcessHandle> family = new LinkedHashSet<>();

    private CameraProcess(CodeReaderConfig config, Process process) {
        this.config = config;
        this.process = process;
        this.errors = thread("errors", this::drainErrors);
        thread("frames", this::drainFrames);
    }

    /** @throws IOException if the command cannot be started; the message is the operating system's */
    static CameraProcess start(CodeReaderConfig config) throws IOException {
        Process process = new ProcessBuilder(config.command())
                .redirectInput(Redirect.from(new File("/dev/null")))
                .start();
        return new CameraProcess(config, process);
    }

    /** Waits for a frame that was not taken before. @param done the frame taken last, which is filled again */
    NewestFrame.Taken take(GrayFrame done, Duration timeout) throws InterruptedException {
        return newest.take(done, timeout);
    }

    /** The end of a sentence: what the command said last on its standard error, or nothing. */
    String lastWords() {
        String text = lastWords.text();
        return text.isEmpty() ? "" : " It said last: " + Printable.text(text);
    }

    /**
     * Remembers the processes that the command has started so far. One that outlives its parent can't be found through it any
     * more, and would go on holding the camera.
     */
    synchronized void noteDescendants() {
        process.descendants().forEach(family::add);
    }

    /** Asks the command and all that it started to end, then makes them; within half a second. Any thread, more than once. */
    @Override
    public synchronized void close() {
        noteDescendants();
        family.forEach(ProcessHandle::destroy);
        process.destroy();
        waitForExit();
        noteDescendants();
        family.forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        waitForExit();
    }

    private void waitForExit() {
        try {
            process.waitFor(EXIT_WAIT_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            // Whoever closes must not be held up: on to the next, harder step.
            Thread.currentThread().interrupt();
        }
    }

    private Thread thread(String pipe, Runnable drain) {
        return Thread.ofPlatform().daemon().name(config.name() + "-" + pipe).start(drain);
    }

    private void drainFrames() {
        try (InputStream in = new BufferedInputStream(process.getInputStream(), PIPE_BUFFER_BYTES)) {
            FrameStream stream = config.format().open(in, config);
            GrayFrame frame = new GrayFrame();
            while (stream.readInto(frame)) {
                frame.arrivedAt(System.nanoTime());
                frame = newest.put(frame);
            }
            newest.end(exit(""));
        } catch (MalformedStreamException e) {
            newest.end(e.getMessage());
        } catch (EOFException e) {
            newest.end(exit(" in the middle of a frame"));
        } catch (IOException e) {
            newest.end(exit(" (" + Printable.text(String.valueOf(e.getMessage())) + ")"));
        }
    }

    private String exit(String where) {
        String command = Printable.text(config.command().getFirst());
        try {
            // The last words come through another pipe, and may come a little later.
            errors.join(Duration.ofMillis(EXIT_WAIT_MS));
            if (process.waitFor(EXIT_WAIT_MS, TimeUnit.MILLISECONDS)) {
                return "The camera's command " + command + " ended" + where + " with exit code " + process.exitValue()
                        + ". Check the camera's cable, and run the command by hand.";
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return "The camera's command " + command + " closed its output" + where + ". Run the command by hand.";
    }

    private void drainErrors() {
        byte[] buffer = new byte[4096];
        try (InputStream in = process.getErrorStream()) {
            for (int got = in.read(buffer); got >= 0; got = in.read(buffer)) {
                lastWords.accept(buffer, got);
            }
        } catch (IOException e) {
            lastWords.accept(new byte[] {'\n'}, 1);
        }
    }
}
