package portvakt.sim.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A small fleet misses nothing: every change reaches every gate, and each answers as the register says. */
class SpreadBenchIT {

    private static final int GATES = 12;
    private static final int PUSHES = 4;
    private static final int FIRM = 9_000;

    @TempDir
    private Path folder;

    @Test
    void everyGateHasEveryChangeAndAnswersRight() throws IOException, InterruptedException {
        SpreadBench.Effort small = new SpreadBench.Effort(GATES, PUSHES, 500, FIRM, 10, Duration.ofMillis(200));

        SpreadReport report = new SpreadBench(small, folder, new PrintStream(OutputStream.nullOutputStream())).run();

        assertThat(report.verdict().faults()).isEmpty();
        assertThat(report.verdict().isGood()).isTrue();
        assertThat(report.verdict().present()).isEqualTo(GATES);
        // Twice: after the cards were suspended, and after they were valid again.
        assertThat(report.verdict().asked()).isGreaterThan(2L * Verdict.ASKED_ALL * (FIRM + PUSHES));
        assertThat(report.pushes().gates().each().count()).isEqualTo(GATES * PUSHES);
        assertThat(report.pushes().gates().last().count()).isEqualTo(PUSHES);
        assertThat(report.plainPushes().each().count()).isEqualTo(GATES * PUSHES);
        // 8,169 keys fit into a delta of 64 KiB.
        assertThat(report.atOnce().versions()).isEqualTo(2);
        assertThat(report.atOnce().leastBytes()).isGreaterThanOrEqualTo(2 * 184 + 8 * FIRM);
        assertThat(report.atOnce().gates().count()).isEqualTo(GATES);
        assertThat(report.spreadOut().versions()).isBetween(2L, 10L);
        assertThat(report.plainAtOnce().count()).isEqualTo(GATES);

        ByteArrayOutputStream text = new ByteArrayOutputStream();
        report.print(new PrintStream(text, true, StandardCharsets.UTF_8));
        assertThat(text.toString(StandardCharsets.UTF_8).lines().map(String::strip))
                .contains("4 changes, one after the other, to 12 gates", "wrong answers: 0")
                .anyMatch(line -> line.matches("a gate decides by it +[0-9.,]+ ms +[0-9.,]+ ms +[0-9.,]+ ms"))
                .anyMatch(line -> line.matches("the last gate does +[0-9.,]+ ms +[0-9.,]+ ms +[0-9.,]+ ms"))
                .anyMatch(line -> line.matches("times plain, a gate +× [0-9.]+ +× [0-9.]+ +× [0-9.]+"))
                .anyMatch(line -> line.matches("plain MQTT, 2 messages of 36,184 bytes"))
                .anyMatch(line -> line.matches("gates with exactly the issuer's list +12 of 12"));
    }
}
