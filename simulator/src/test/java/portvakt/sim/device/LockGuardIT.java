package portvakt.sim.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import portvakt.gate.adapter.gpio.LockGuard;

/** However the gate dies during a release, the relay is off soon after: real processes, real signals. */
class LockGuardIT {

    private static final int RELAY = 22;
    private static final Duration RELEASE_TIME = Duration.ofSeconds(5);

    @TempDir
    Path folder;

    private final LineBoard board = new LineBoard();
    private final SimulatedTurnstile machine = SimulatedTurnstile.on(board, SimulatedTurnstileTest.config());
    private final List<Process> gates = new ArrayList<>();

    @BeforeAll
    static void programsAreHere() {
        for (String program : List.of("/usr/bin/setsid", "/usr/bin/bash")) {
            assertThat(Files.isExecutable(Path.of(program)))
                    .as("%s is missing: install the Debian packages util-linux and bash", program)
                    .isTrue();
        }
    }

    @AfterEach
    void close() {
        gates.forEach(Process::destroyForcibly);
        machine.close();
        board.close();
    }

    @Test
    void killedGateIsLockedByItsGuard() throws Exception {
        Process gate = startGate(board.setCommand(RELAY, true));
        assertThat(machine.relayOn()).isTrue();
        gate.destroyForcibly().waitFor();
        await().atMost(RELEASE_TIME).until(() -> !machine.relayOn());
        assertThat(machine.push()).isFalse();
    }

    @Test
    void withoutGuardTheRelayOfAKilledGateStaysOn() throws Exception {
        Process gate = startGate(List.of());
        gate.destroyForcibly().waitFor();
        await().during(Duration.ofSeconds(2)).atMost(RELEASE_TIME).until(machine::relayOn);
        assertThat(machine.push()).isTrue();
    }

    @Test
    void signalToTheWholeProcessGroupDoesNotEndTheGuardFirst() throws Exception {
        for (String signal : List.of("TERM", "INT", "HUP", "ABRT", "KILL")) {
            Process gate = startGate(board.setCommand(RELAY, true));
            assertThat(machine.relayOn()).isTrue();
            run("bash", "-c", "kill -" + signal + " -- -" + gate.pid());
            assertThat(gate.waitFor(10, TimeUnit.SECONDS)).as(signal).isTrue();
            await(signal).atMost(RELEASE_TIME).until(() -> !machine.relayOn());
        }
    }

    @Test
    void lineThatIsBusyForAMomentIsLockedByALaterTry() throws Exception {
        Path freed = folder.resolve("freed");
        List<String> command = new ArrayList<>(List.of("sh", "-c", "[ -e \"$0\" ] && exec \"$@\"", freed.toString()));
        command.addAll(board.setCommand(RELAY, true));
        Process gate = startGate(command);
        gate.destroyForcibly().waitFor();
        await().during(Duration.ofMillis(300)).atMost(RELEASE_TIME).until(machine::relayOn);
        Files.createFile(freed);
        await().atMost(RELEASE_TIME).until(() -> !machine.relayOn());
    }

    @Test
    void orderlyCloseLocksAndThenRunsTheCommandOnce() throws Exception {
        Path runs = folder.resolve("runs");
        Process gate = startGate(List.of("sh", "-c", "echo run >> \"$0\"", runs.toString()));
        gate.getOutputStream().write('\n');
        gate.getOutputStream().flush();
        assertThat(gate.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(gate.exitValue()).isZero();
        assertThat(machine.relayOn()).isFalse();
        assertThat(Files.readAllLines(runs)).containsExactly("run");
    }

    @Test
    void guardThatIsKilledIsStartedAgainWithAWarningAndStillGuards() throws Exception {
        Path locked = folder.resolve("locked");
        List<String> warnings = new CopyOnWriteArrayList<>();
        LockGuard guard = new LockGuard(List.of("touch", locked.toString()), warnings::add);
        guard.start();
        long first = guard.process().orElseThrow().pid();
        run("bash", "-c", "kill -KILL " + first);
        await().until(() -> guard.process().filter(next -> next.pid() != first).isPresent());
        assertThat(warnings).singleElement().asString().contains("ended with code 137", "started again");
        assertThat(locked).doesNotExist();
        guard.close();
        assertThat(locked).exists();
        assertThat(warnings).hasSize(1);
    }

    @Test
    void wordsOfTheCommandAreNotReadByAShell() throws Exception {
        Path odd = folder.resolve("two words; $HOME `id` '\"");
        List<String> warnings = new CopyOnWriteArrayList<>();
        LockGuard guard = new LockGuard(List.of("touch", odd.toString()), warnings::add);
        guard.start();
        guard.close();
        assertThat(odd).exists();
        assertThat(warnings).isEmpty();
    }

    @Test
    void commandThatIsNotHereIsAWarningAtStart() {
        List<String> warnings = new CopyOnWriteArrayList<>();
        LockGuard guard = new LockGuard(List.of("portvakt-no-such-program"), warnings::add);
        guard.start();
        assertThat(warnings).singleElement().asString().contains("portvakt-no-such-program", "nothing locks the relay");
        guard.close();
        assertThat(warnings).last().asString().contains("[portvakt-no-such-program] does not work");
    }

    /** In a session, and so in a process group, of its own: a signal to the group must not meet the test. */
    private Process startGate(List<String> lockCommand) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "/usr/bin/setsid",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:-CreateCoredumpOnCrash",
                "-cp",
                System.getProperty("java.class.path"),
                ReleasedGate.class.getName(),
                Integer.toString(board.port())));
        command.addAll(lockCommand);
        Process gate = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        gates.add(gate);
        StringBuilder seen = new StringBuilder();
        BufferedReader out = new BufferedReader(new InputStreamReader(gate.getInputStream(), StandardCharsets.UTF_8));
        for (String text = out.readLine(); !"released".equals(text); text = out.readLine()) {
            assertThat(text).as("the gate ended before it released: %s", seen).isNotNull();
            seen.append(text).append('\n');
        }
        // What it says from now on is of no interest, but a full pipe must not stop it.
        Thread.ofVirtual().start(() -> {
            try {
                out.transferTo(Writer.nullWriter());
            } catch (IOException e) {
                // It was killed, and its output with it.
            }
        });
        return gate;
    }

    private static void run(String... command) throws Exception {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }
}
