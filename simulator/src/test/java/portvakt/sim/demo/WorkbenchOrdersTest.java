package portvakt.sim.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.server.web.view.Texts;

/** What the workbench can be told to do, and what it refuses in words that name the input and the remedy. */
class WorkbenchOrdersTest {

    private static final Words ENGLISH = Words.in(Texts.Language.EN);

    private interface Reading {
        Object read(byte[] body) throws Refusal;
    }

    private static byte[] bytes(String body) {
        return body.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }

    private static void assertRefused(Reading reading, String body, String... words) {
        assertThatThrownBy(() -> reading.read(bytes(body)))
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal -> assertThat(refusal.words(ENGLISH))
                                .contains(words)
                                .doesNotContain("{0}", "Deserialization"));
    }

    @Test
    void oneThingIsShown() throws Refusal {
        assertThat(WorkbenchOrders.tap(bytes("{'card':'4388261'}")))
                .isEqualTo(new WorkbenchOrders.Shown.Card(new CardNumber("4388261")));
        assertThat(WorkbenchOrders.tap(bytes("{'uid':'04A1b2c3d4e5f6'}")))
                .isEqualTo(new WorkbenchOrders.Shown.Chip("04A1b2c3d4e5f6"));
        assertThat(WorkbenchOrders.tap(bytes("{'code':''}"))).isEqualTo(new WorkbenchOrders.Shown.Code(""));
        assertThat(WorkbenchOrders.tap(bytes("{'fault':'SEVERAL_CARDS'}")))
                .isEqualTo(new WorkbenchOrders.Shown.Broken(WorkbenchOrders.Fault.SEVERAL_CARDS));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '|',
            delimiter = ';',
            value = {
                "{}; Say what is shown",
                "{'card':'4388261','code':'x'}; one thing only",
                "{'card':'12'}; 7 digits",
                "{'card':'12'}; \"12\"",
                "{'cart':'4388261'}; cart",
                "{'uid':'04a1'}; 8, 14 or 20",
                "{'fault':'BROKEN'}; SEVERAL_CARDS",
                "null; JSON object",
                "[1]; JSON object",
                "{'card':; JSON object",
            })
    void whatCannotBeShownIsToldWhy(String body, String words) {
        assertRefused(WorkbenchOrders::tap, body, words);
    }

    @Test
    void switchesHaveToBeSaid() throws Refusal {
        assertThat(WorkbenchOrders.in(bytes("{'in':false}"))).isFalse();
        assertThat(WorkbenchOrders.on(bytes("{'on':true}"))).isTrue();
        assertThat(WorkbenchOrders.active(bytes("{'active':true}"))).isTrue();
        assertRefused(WorkbenchOrders::in, "{}", "{\"in\":true}", "{\"in\":false}");
        assertRefused(WorkbenchOrders::on, "{'on':null}", "{\"on\":true}");
        assertRefused(WorkbenchOrders::active, "{'active':'perhaps'}", "JSON object");
    }

    @Test
    void aStatusIsOneOfThree() throws Refusal {
        assertThat(WorkbenchOrders.status(bytes("{'status':'SUSPENDED'}"))).isEqualTo(CardStatus.SUSPENDED);
        assertRefused(WorkbenchOrders::status, "{'status':'GONE'}", "GONE", "REVOKED", "SUSPENDED", "VALID");
        assertRefused(WorkbenchOrders::status, "{}", "REVOKED");
    }

    @Test
    void aClockIsWoundOrMadeUncertainOrBoth() throws Refusal {
        assertThat(WorkbenchOrders.winding(bytes("{'aheadHours':-25}")))
                .isEqualTo(new WorkbenchOrders.Winding(Optional.of(Duration.ofHours(-25)), Optional.empty()));
        assertThat(WorkbenchOrders.winding(bytes("{'synchronised':false}")))
                .isEqualTo(new WorkbenchOrders.Winding(Optional.empty(), Optional.of(false)));
        assertRefused(WorkbenchOrders::winding, "{}", "aheadHours", "synchronised");
        assertRefused(WorkbenchOrders::winding, "{'aheadHours':87601}", "87600");
        assertRefused(WorkbenchOrders::winding, "{'aheadHours':-2147483648}", "87600");
        assertRefused(WorkbenchOrders::winding, "{'aheadHours':99999999999}", "JSON object");
    }

    @Test
    void aBodyIsShort() {
        assertRefused(WorkbenchOrders::tap, "{'code':'" + "x".repeat(WorkbenchOrders.BODY_BYTES_MAX) + "'}", "4096");
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "localhost:8080", "127.0.0.1:1", "[::1]:8080"})
    void answersUnderItsOwnNames(String host) {
        assertThat(OwnPage.isOwnHost(host)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "example.org", "localhost.example.org", "127.0.0.1.nip.io:8080", "LOCALHOST@x", "::1"})
    void answersUnderNoOther(String host) {
        assertThat(OwnPage.isOwnHost(host)).isFalse();
    }
}
