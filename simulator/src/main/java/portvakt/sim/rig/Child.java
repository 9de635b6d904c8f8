package portvakt.sim.rig;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A process that may be killed and stopped. Safe for any thread. */
final class Child implements AutoCloseable {

    private static final Duration END_WITHIN = Duration.ofSeconds(20);

    private final Process process;

    private Child(Process process) {
        this.process = process;
    }

    /** @param output what it says is appended to this file */
    static Child start(List<String> command, Path output) throws IOException {
        Process process = new ProcessBuilder(command)
                .directory(Path.of("/").toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
                .start();
        process.getOutputStream().close();
        return new Child(process);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** SIGKILL to this process alone: what it started lives on. Returns when it is dead. */
    void kill() throws IOException {
        process.destroyForcibly();
        awaitEnd();
    }

    /** SIGKILL to it and to all that it started. Returns when they are dead. */
    void killAll() throws IOException {
        List<ProcessHandle> all = all();
        all.forEach(ProcessHandle::destroyForcibly);
        awaitEnd();
        for (ProcessHandle each : all) {
            each.onExit()
                    .orTimeout(END_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
                    .join();
        }
    }

    /** SIGSTOP: it stands still, and its connections with it. @param all whether also what it started */
    void stop(boolean all) throws IOException {
        signal("STOP", all);
    }

    /** SIGCONT. */
    void resume(boolean all) throws IOException {
        signal("CONT", all);
    }

    /** To the process alone. @param name as kill knows it */
    void signal(String name) throws IOException {
        signal(name, false);
    }

    private void signal(String name, boolean all) throws IOException {
        List<String> command = new ArrayList<>(List.of("kill", "-" + name));
        (all ? all().stream() : Stream.of(process.toHandle()))
                .filter(ProcessHandle::isAlive)
                .forEach(each -> command.add(String.valueOf(each.pid())));
        if (command.size() > 2) {
            try {
                Programs.run(command);
            } catch (IOException e) {
                // Of many, one may have ended by itself meanwhile.
                if (!e.getMessage().contains("No such process")) {
                    throw e;
                }
            }
        }
    }

    private List<ProcessHandle> all() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .toList();
    }

    void awaitEnd() throws IOException {
        try {
            if (!process.waitFor(END_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException("process " + process.pid() + " does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a process ended", e);
        }
    }

    /** SIGTERM, and SIGKILL for one that does not end. */
    @Override
    public void close() throws IOException {
        if (!process.isAlive()) {
            return;
        }
        resume(true);
        process.destroy();
        try {
            if (!process.waitFor(END_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
                killAll();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
