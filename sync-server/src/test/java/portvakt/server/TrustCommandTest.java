package portvakt.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What an operator types about keys does what the document says, and what is typed wrongly changes nothing. */
class TrustCommandTest {

    @TempDir
    Path folder;

    private Path config;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void configure() throws Exception {
        config = Files.writeString(folder.resolve("server.yaml"), "dataFolder: " + folder.resolve("data") + "\n");
    }

    private int run(String... args) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return new CommandLine(new Main(List.of()))
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(args);
    }

    private int trust(String command, String... further) {
        return run(Stream.concat(Stream.of("trust", command, "--config", config.toString()), Stream.of(further))
                .toArray(String[]::new));
    }

    private Path root(String name) throws Exception {
        Path made = folder.resolve(name);
        assertThat(run("trust", "root-new", "--out", made.toString())).isZero();
        try (Stream<Path> files = Files.list(made)) {
            return files.filter(file -> file.toString().endsWith(".key"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void showsRotatesAndRaisesTheEpoch() {
        assertThat(trust("show")).isZero();
        assertThat(out.toString())
                .contains("trust file   1")
                .contains("1 must sign")
                .contains("WARNING");
        assertThat(trust("rotate")).isZero();
        assertThat(out.toString()).contains("Trust file 2").contains("Start the server anew");
        assertThat(trust("raise-epoch", "--list", "hms-kort")).isZero();
        assertThat(out.toString()).contains("Trust file 3").contains("{hms-kort=2}");
        assertThat(trust("show")).isZero();
        assertThat(out.toString())
                .contains("trust file   3")
                .contains("retired")
                .contains("signs now")
                .contains("epoch        2  hms-kort");
    }

    @Test
    void rootKeysFromElsewhereAreTwoOfTwo() throws Exception {
        Path a = root("a");
        Path b = root("b");
        String[] init = {
            "--root-public", a.toString().replace(".key", ".pub"),
            "--root-public", b.toString().replace(".key", ".pub"),
            "--threshold", "2"
        };
        assertThat(trust(
                        "init",
                        Stream.concat(Stream.of(init), Stream.of("--root", a.toString()))
                                .toArray(String[]::new)))
                .isEqualTo(1);
        assertThat(err.toString()).contains("2 must");
        assertThat(trust(
                        "init",
                        Stream.concat(Stream.of(init), Stream.of("--root", a.toString(), "--root", b.toString()))
                                .toArray(String[]::new)))
                .isZero();
        assertThat(trust("rotate")).isEqualTo(1);
        assertThat(err.toString()).contains("no root key lies on this machine");
        assertThat(trust("rotate", "--root", a.toString(), "--root", b.toString()))
                .isZero();
        assertThat(trust("show")).isZero();
        assertThat(out.toString()).contains("2 must sign").doesNotContain("WARNING");
    }

    @Test
    void wrongUsageIsSaid() {
        assertThat(run("trust")).isEqualTo(2);
        assertThat(err.toString()).contains("trust show");
        assertThat(run("trust", "rotate")).isEqualTo(2);
        assertThat(trust("raise-epoch", "--list", "No list")).isEqualTo(1);
        assertThat(err.toString()).contains("No list");
        assertThat(run("trust", "show", "--config", folder.resolve("none.yaml").toString()))
                .isEqualTo(1);
    }
}
