package portvakt.gate.adapter.gpio;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The dead man's guard: a shell that does nothing but wait for this program's end, and then runs the lock command.
 *
 * <p>A kernel may leave an output as it was when its owner is killed, and an owner that was killed cannot lock. The guard's
 * standard input is a pipe from this program; the kernel closes it when this program ends in any way, {@code kill -9} included.
 * The guard runs in a session of its own where there is {@code setsid}, and ignores the signals that end programs, so that what
 * ends the gate with its process group does not end the guard first. The dead program's line may be busy for a moment more, so a
 * lock command that fails is run again, for about {@value #TRIES_MAX} tenths of a second.
 *
 * <p>An orderly {@link #close()} takes the same way: the pipe closes and the command runs, after the gate has locked by itself.
 * Once more does no harm, and a command that no longer works shows at every orderly stop instead of at the one crash.
 *
 * <p>A guard that ends too early is started again, and a warning goes out. Not covered: everything killed in one stroke (a
 * control group's kill, a kernel's panic), for which the board's watchdog and the relay's own rest state are there.
 */
public final class LockGuard implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LockGuard.class);
    private static final int TRIES_MAX = 50;
    private static final long ARMED_WITHIN_MS = 5_000;
    private static final Duration RESTART_DELAY = Duration.ofMillis(200);
    private static final long END_WITHIN_MS = 3_000;

    /**
     * $0 is a name for the process list, "$@" the lock command, run as it is: no word of it is read by the shell. A command that
     * hangs (gpioset without --toggle 0 waits for ever) is killed after two seconds where there is timeout.
     */
    private static final String SCRIPT = """
            trap '' HUP INT QUIT ABRT TERM USR1 USR2 PIPE
            echo armed
            exec >/dev/null
            while read -r _; do :; done
            limit=
            command -v timeout >/dev/null && limit='timeout -s KILL 2'
            n=0
            until $limit "$@" </dev/null; do
              n=$((n + 1))
              [ "$n" -lt %d ] || exit 1
              sleep 0.1
            done
            """.formatted(TRIES_MAX);

    private final List<String> lockCommand;
    private final Consumer<String> warnings;
    private final CountDownLatch armedOnce = new CountDownLatch(1);
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread watcher;
    private volatile Process guard;

    /**
     * @param lockCommand program and arguments that lock the relay, and then end; not empty
     * @param warnings    takes plain English for the service technician, on the guard's thread; does not block
     */
    public LockGuard(List<String> lockCommand, Consumer<String> warnings) {
        if (lockCommand.isEmpty()) {
            throw new IllegalArgumentException("lockCommand is empty; without one there is nothing to guard with.");
        }
        this.lockCommand = List.copyOf(lockCommand);
        this.warnings = warnings;
        this.watcher = Thread.ofPlatform().name("lock-guard").daemon().unstarted(this::watch);
    }

    /** Starts the guard and waits, at most five seconds, until it is armed. Called before the first release. */
    public void start() {
        if (onPath(lockCommand.getFirst()).isEmpty()) {
            warnings.accept("lockCommand: there is no program \"" + lockCommand.getFirst()
                    + "\" here. If the gate is killed, nothing locks the relay. Install it or correct the setting.");
        }
        watcher.start();
        try {
            if (!armedOnce.await(ARMED_WITHIN_MS, TimeUnit.MILLISECONDS)) {
                warnings.accept("The lock guard is not armed after " + ARMED_WITHIN_MS
                        + " ms. If the gate is killed, nothing locks the relay. Check that /bin/sh can run.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The guard's process, while there is one. */
    public Optional<ProcessHandle> process() {
        return Optional.ofNullable(guard).filter(Process::isAlive).map(Process::toHandle);
    }

    /**
     * Lets the guard run the lock command a last time and end, and waits for that, at most three seconds. To be called when the
     * line has been given back, so that the command can have it.
     */
    @Override
    public void close() {
        closing.countDown();
        Process last = guard;
        if (last != null) {
            letGo(last);
        }
        try {
            watcher.join(END_WITHIN_MS);
            if (watcher.isAlive()) {
                warnings.accept("The lock guard has not ended after " + END_WITHIN_MS + " ms: " + remedy());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void watch() {
        while (closing.getCount() > 0) {
            String end;
            try {
                Process process = launch();
                guard = process;
                if (closing.getCount() == 0) {
                    letGo(process);
                }
                try (BufferedReader out =
                        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                    if ("armed".equals(out.readLine())) {
                        armedOnce.countDown();
                    }
                    end = "ended with code " + process.waitFor();
                }
            } catch (IOException e) {
                end = "cannot be started: " + e.getMessage();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            if (!report(end)) {
                return;
            }
        }
    }

    /** @return whether to start another */
    private boolean report(String end) {
        try {
            if (closing.getCount() == 0) {
                if (!end.endsWith(" 0")) {
                    warnings.accept("The lock guard " + end + ": " + remedy());
                }
                return false;
            }
            warnings.accept("The lock guard " + end + " while the gate runs, and is started again.");
            return !closing.await(RESTART_DELAY.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private String remedy() {
        return "the lock command " + lockCommand + " does not work. Run it by hand while the gate is stopped.";
    }

    private Process launch() throws IOException {
        List<String> command = new ArrayList<>();
        onPath("setsid").ifPresent(setsid -> command.add(setsid.toString()));
        command.addAll(List.of("/bin/sh", "-c", SCRIPT, "portvakt-lock-guard"));
        command.addAll(lockCommand);
        // The guard outlives this program: it must not keep a folder busy, and its complaints belong into the same log.
        return new ProcessBuilder(command)
                .directory(new File("/"))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static void letGo(Process process) {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            LOG.debug("the guard's pipe was closed already: {}", e.getMessage());
        }
    }

    private static Optional<Path> onPath(String program) {
        if (program.contains("/")) {
            return Optional.of(Path.of(program)).filter(Files::isExecutable);
        }
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("/usr/bin:/bin");
        return List.of(path.split(File.pathSeparator)).stream()
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
