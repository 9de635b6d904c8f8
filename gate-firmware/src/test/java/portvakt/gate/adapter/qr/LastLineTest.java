package portvakt.gate.adapter.qr;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** A command's last words are kept short, whatever it writes to its standard error. */
class LastLineTest {

    private final LastLine line = new LastLine();

    @Test
    void theLastLineWithTextCounts() {
        write("first\nsecond\n\n  \n");
        assertThat(line.text()).isEqualTo("second");
        write("frame= 1\rframe= 2\r");
        assertThat(line.text()).isEqualTo("frame= 2");
        write("cut off here");
        assertThat(line.text()).isEqualTo("cut off here");
    }

    @Test
    void aLineSplitOverReadsIsOne() {
        write("no such ");
        write("device\n");
        assertThat(line.text()).isEqualTo("no such device");
    }

    @Test
    void anEndlessLineTakesBoundedMemory() {
        for (int i = 0; i < 10_000; i++) {
            write("x".repeat(1000));
        }
        assertThat(line.text()).hasSize(512);
    }

    @Test
    void controlCharactersCannotForgeALogLine() {
        assertThat(Printable.text("a\u001b[31m\nERROR å")).isEqualTo("\"a.[31m.ERROR .\"");
        assertThat(Printable.text("x".repeat(1000))).hasSize(163);
    }

    private void write(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        line.accept(bytes, bytes.length);
    }
}
