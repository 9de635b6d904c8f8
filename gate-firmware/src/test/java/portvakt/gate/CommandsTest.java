package portvakt.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The words of the command line that units, launchers and people rely on. */
class CommandsTest {

    private final StringWriter err = new StringWriter();
    private final CommandLine program = Commands.line(_ -> {
                throw new AssertionError("no line may be claimed");
            })
            .setErr(new PrintWriter(err, true));

    @Test
    void thereIsASubcommandForEachTask() {
        assertThat(program.getSubcommands()).containsOnlyKeys("run", "enrol", "selftest", "rescue", "journal");
    }

    @Test
    void withoutASubcommandItSaysWhichThereAre() {
        assertThat(program.execute()).isEqualTo(2);
        assertThat(err.toString()).contains("Missing required subcommand", "run", "journal");
    }

    @Test
    void anUnknownSubcommandIsWrongUsage() {
        assertThat(program.execute("start")).isEqualTo(2);
        assertThat(err.toString()).contains("start");
    }
}
