package portvakt.sim.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import portvakt.gate.adapter.gpio.Pi4jTurnstile;
import portvakt.gate.port.TurnstileSignal;
import portvakt.gate.port.TurnstileSignal.ArmTurned;

/** A board's lines are a gate's lines, but for one thing: they keep their level when the gate is gone. */
class LineBoardTest {

    private final LineBoard board = new LineBoard();

    @AfterEach
    void close() {
        board.close();
    }

    @Test
    void turnstileOnTheBoardWorksWithTheGatesAdapterAtTheOtherEnd() {
        try (SimulatedTurnstile machine = SimulatedTurnstile.on(board, SimulatedTurnstileTest.config());
                LineBoardLines lines = new LineBoardLines(board.port());
                Pi4jTurnstile turnstile = new Pi4jTurnstile(lines.context(), SimulatedTurnstileTest.config())) {
            List<TurnstileSignal> signals = new CopyOnWriteArrayList<>();
            turnstile.start(signals::add);
            assertThat(machine.push()).isFalse();
            turnstile.release();
            assertThat(machine.push()).isTrue();
            turnstile.lock();
            assertThat(machine.push()).isFalse();
            await().untilAsserted(() -> assertThat(signals).containsExactly(new ArmTurned()));
            assertThat(machine.relayChanges()).extracting(RelayChange::on).containsExactly(true, false);
        }
    }

    @Test
    void outputKeepsItsLevelWhenTheConnectionIsGone() throws IOException {
        assertThat(ask("SET 22 1")).isEqualTo("OK");
        assertThat(ask("GET 22")).isEqualTo("LEVEL 22 1");
        assertThat(ask("GET 21")).isEqualTo("LEVEL 21 0");
        assertThat(board.isHigh(22)).isTrue();
    }

    @Test
    void shellCommandSetsAnOutput() throws Exception {
        ask("SET 22 1");
        Process shell = new ProcessBuilder(board.setCommand(22, false)).start();
        assertThat(shell.waitFor()).isZero();
        assertThat(board.isHigh(22)).isFalse();
    }

    @Test
    void whatIsNoCommandIsAnErrorAndTheBoardLivesOn() throws IOException {
        assertThat(ask("SET 22 2")).startsWith("ERROR not a command");
        assertThat(ask("SET " + "2".repeat(100) + " 1")).startsWith("ERROR longer than");
        assertThat(ask("")).startsWith("ERROR");
        assertThat(ask("GET 22")).isEqualTo("LEVEL 22 0");
    }

    @Test
    void boardThatIsGoneIsAFaultOfTheCallAndNotAnException() {
        try (LineBoardLines lines = new LineBoardLines(board.port());
                Pi4jTurnstile turnstile = new Pi4jTurnstile(lines.context(), SimulatedTurnstileTest.config())) {
            List<TurnstileSignal> signals = new CopyOnWriteArrayList<>();
            turnstile.start(signals::add);
            board.close();
            turnstile.release();
            await().until(() -> signals.stream().anyMatch(TurnstileSignal.Fault.class::isInstance));
            assertThat(signals.toString()).contains("relay (line 22) does not switch on", "line board");
        }
    }

    @Test
    void noBoardIsSaidWithItsPort() {
        int port = board.port();
        board.close();
        assertThatThrownBy(() -> new LineBoardLines(port))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("port " + port);
    }

    private String ask(String command) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), board.port());
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))) {
            socket.getOutputStream().write((command + "\n").getBytes(StandardCharsets.US_ASCII));
            return in.readLine();
        }
    }
}
