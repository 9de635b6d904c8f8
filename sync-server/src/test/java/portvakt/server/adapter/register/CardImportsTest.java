package portvakt.server.adapter.register;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.server.adapter.sql.Database;
import portvakt.server.adapter.sql.Databases;
import portvakt.server.adapter.sql.SqlCardRegister;
import portvakt.server.adapter.sql.SqlRegisterRecords;
import portvakt.server.list.ReleaseGuard;
import portvakt.server.port.CardRegister.Outcome;
import portvakt.server.port.RegisterRecords.Known;
import portvakt.server.port.StatusChange;

/** What a file says of when counts as a token's word does, also where it says nothing new of the status. */
class CardImportsTest {

    private static final String LIST = "hms-kort";
    private static final CardNumber CARD = new CardNumber("4388261");
    private static final Instant NOW = Instant.parse("2026-03-02T07:00:00Z");

    private final Database database = Databases.inMemory();
    private final SqlRegisterRecords records = new SqlRegisterRecords(database, () -> NOW);
    private final SqlCardRegister register = new SqlCardRegister(database, () -> NOW, _ -> {});
    private final CardImports imports =
            new CardImports(records, register, Pattern.compile("[0-9]{7}"), new ReleaseGuard(20), () -> NOW);
    private int tokens;

    @AfterEach
    void close() {
        database.close();
    }

    private Outcome push(CardStatus status, int minutesAgo) {
        tokens++;
        return register.apply(
                StatusChange.ofToken(LIST, CARD, status, ago(minutesAgo), "register", "jti-" + tokens, "hash"));
    }

    private static Instant ago(int minutes) {
        return NOW.minus(Duration.ofMinutes(minutes));
    }

    private void take(String rows) throws CardImports.Unreadable {
        CardImports.Result result = imports.take(
                new CardImports.Request(LIST, false, false, Optional.empty(), "anna"),
                new ByteArrayInputStream(rows.getBytes(StandardCharsets.UTF_8)));
        assertThat(result).isInstanceOf(CardImports.Result.Applied.class);
        assertThat(result.report().unchanged()).isEqualTo(1);
    }

    @Test
    void aRowOfATimeThatNoDatabaseHoldsIsAFault() throws Exception {
        CardImports.Result result = imports.take(
                new CardImports.Request(LIST, false, false, Optional.empty(), "anna"),
                new ByteArrayInputStream(
                        "card_number,status,event_time\n4388261,REVOKED,-999999999-01-01T00:00:00Z\n4388262,REVOKED,\n"
                                .getBytes(StandardCharsets.UTF_8)));
        assertThat(result.report().invalid()).isEqualTo(1);
        assertThat(result.report().faults())
                .singleElement()
                .satisfies(fault -> assertThat(fault.cause()).contains("before 1970"));
        assertThat(records.find(LIST, CARD)).isEmpty();
    }

    @Test
    void aRowThatConfirmsAStatusOutweighsAnOlderTokenThatComesLate() throws Exception {
        push(CardStatus.REVOKED, 30);
        take("card_number,status,event_time\n4388261,REVOKED," + ago(10));
        assertThat(push(CardStatus.VALID, 20)).isEqualTo(Outcome.UNCHANGED);
        assertThat(records.find(LIST, CARD)).contains(new Known(CardStatus.REVOKED, ago(10)));
    }

    @Test
    void aRowThatSaysValidOfAnUnknownCardOutweighsAnOlderTokenThatComesLate() throws Exception {
        take("card_number,status,event_time\n4388261,VALID," + ago(10));
        assertThat(push(CardStatus.REVOKED, 20)).isEqualTo(Outcome.UNCHANGED);
    }

    @Test
    void aRowWithoutATimeThatSaysWhatIsKnownChangesNothing() throws Exception {
        push(CardStatus.REVOKED, 30);
        take("card_number,status\n4388261,REVOKED");
        assertThat(records.find(LIST, CARD)).contains(new Known(CardStatus.REVOKED, ago(30)));
    }
}
