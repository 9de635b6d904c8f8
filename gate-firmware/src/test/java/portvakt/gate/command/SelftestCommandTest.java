package portvakt.gate.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import portvakt.gate.adapter.file.DataFolder;
import portvakt.gate.adapter.gpio.GuardedTurnstile;
import portvakt.gate.testing.RecordingTurnstile;

/** What an installer reads, and what it does to the turnstile: nothing, unless it was asked for. */
class SelftestCommandTest {

    @TempDir
    private Path folder;

    private final List<String> done = new ArrayList<>();
    private final StringWriter out = new StringWriter();
    private final Locale before = Locale.getDefault();
    private Path config;

    @BeforeEach
    void write() throws IOException {
        Locale.setDefault(Locale.ENGLISH);
        Files.createDirectories(folder.resolve("data"));
        config = Files.writeString(folder.resolve("gate.yaml"), """
                site: rig
                gate: entrance
                direction: IN
                dataFolder: %s/data
                identityFolder: %s/identity
                turnstile: {relay: {line: 22, active: HIGH}, armSensor: {line: 23, active: LOW}}
                camera: {command: [/no/such/camera]}
                """.formatted(folder, folder));
    }

    @AfterEach
    void restore() {
        Locale.setDefault(before);
    }

    private int run(String... args) {
        return new CommandLine(new SelftestCommand(_ -> new RecordingTurnstile(done::add), InstantSource.system()))
                .setOut(new PrintWriter(out, true))
                .execute(args);
    }

    @Test
    void oneLineACheckWithTheRemedyBelow() {
        assertThat(run(config.toString())).isEqualTo(2);
        assertThat(out.toString().lines())
                .anyMatch(line -> line.matches("OK +Settings +.*gate entrance of site rig"))
                .anyMatch(line -> line.matches("FAIL +Identity +.*gate.p12.*"))
                .anyMatch(line -> line.startsWith("      -> Make a code on the console"))
                .anyMatch(line -> line.matches("FAIL +Camera +.*/no/such/camera.*"))
                .anyMatch(line -> line.matches("OK +Inputs +.*"))
                .anyMatch(line -> line.matches("OK +Relay +Not tried: it opens the gate"));
        assertThat(done).containsExactly("start", "close");
    }

    @Test
    void theRelayIsFreedWhenItIsAskedFor() {
        run(config.toString(), "--relay");
        assertThat(done).containsExactly("start", "release", "lock", "close");
        assertThat(out.toString()).contains("It was on for a second");
    }

    @Test
    void aGateThatRunsKeepsItsDevices() throws Exception {
        try (DataFolder _ = DataFolder.lock(folder.resolve("data"))) {
            run(config.toString(), "--relay");
        }
        assertThat(done).isEmpty();
        assertThat(out.toString()).contains("Not looked at: the gate runs", "Not tried: the gate runs");
    }

    @Test
    void programsGetTheSameAsJson() throws Exception {
        assertThat(run(config.toString(), "--json")).isEqualTo(2);
        JsonNode all = new ObjectMapper().readTree(out.toString());
        assertThat(all).anySatisfy(finding -> {
            assertThat(finding.path("check").asText()).isEqualTo("identity");
            assertThat(finding.path("level").asText()).isEqualTo("FAIL");
            assertThat(finding.path("code").asText()).isEqualTo("bad");
            assertThat(finding.path("remedy").asText()).isNotBlank();
        });
    }

    @Test
    void aMachineWithoutLinesIsAFault() {
        int status = new CommandLine(new SelftestCommand(GuardedTurnstile::onRaspberryPi, InstantSource.system()))
                .setOut(new PrintWriter(out, true))
                .execute(config.toString());
        assertThat(status).isEqualTo(2);
        assertThat(out.toString()).contains("No GPIO lines");
    }

    @Test
    void settingsThatCannotBeUsedAreSaidAndNothingElseIs() throws Exception {
        Files.writeString(config, "site: rig\n");
        Locale.setDefault(Locale.of("nb", "NO"));
        assertThat(run(config.toString())).isEqualTo(2);
        assertThat(out.toString()).contains("FAIL  Innstillinger", "Rett filen").doesNotContain("Klokke");
    }
}
