package portvakt.server.adapter.register;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.server.list.ImportPlan;
import portvakt.server.port.RegisterRecords.Known;

/** Whatever file of card statuses is sent: not readable, or each row is counted once, with a time that can be. */
class CardsCsvFuzzTest {

    private static final Instant NOW = Instant.parse("2026-03-02T07:00:00Z");

    static Stream<byte[]> files() {
        return Stream.of(
                        "card_number,status,event_time,reason\n4388261,REVOKED,2026-03-01T07:00:00+01:00,lost\n4388262,valid,,\n",
                        "\uFEFFstatus;card_number\r\nSUSPENDED;\"NO 438 82 61\"\r\n",
                        "card_number,status\n4388261,REVOKED\n4388261,VALID\n\"x")
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    @MethodSource("files")
    @FuzzTest
    void fuzz(byte[] file) throws IOException {
        ImportPlan plan = new ImportPlan(
                Map.of(
                        new CardNumber("4388261"),
                        new Known(CardStatus.SUSPENDED, NOW.minusSeconds(60)),
                        new CardNumber("4390817"),
                        new Known(CardStatus.REVOKED, NOW.minusSeconds(60))),
                NOW);
        try {
            new CardsCsv(Pattern.compile("[0-9]{7}"), NOW).read(new ByteArrayInputStream(file), plan);
        } catch (CardsCsv.Unreadable e) {
            assertThat(e.getMessage()).isNotBlank();
            return;
        }
        plan.finish(file.length % 2 == 0);
        ImportPlan.Report report = plan.report();
        assertThat(report.rows()).isLessThanOrEqualTo(file.length);
        assertThat(plan.differences())
                .allSatisfy(row -> assertThat(row.eventTime()).isBetween(Instant.EPOCH, NOW));
    }
}
