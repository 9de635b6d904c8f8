package portvakt.gate.adapter.pcsc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An ATR says what a card is, as PC/SC part 3 has it; what does not check is unknown and may be anything. */
class CardKindTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // Gemalto's PC/SC guide of the Prox-DU, table 17, and what ACR122U and uTrust 3700 F make of the same
                // cards.
                "3B8F8001804F0CA000000306030001000000006A | MIFARE Classic 1K, ISO 14443 A part 3",
                "3B8F8001804F0CA0000003060300020000000069 | MIFARE Classic 4K, ISO 14443 A part 3",
                "3B8F8001804F0CA0000003060300030000000068 | MIFARE Ultralight, ISO 14443 A part 3",
                "3B8F8001804F0CA0000003061100000000000079 | storage card 0000, FeliCa",
                // DESFire.
                "3B8180018080 | ISO 14443-4 card",
                // Another check byte, a contact card (the module in an ACR1252's own slot), too short, nothing.
                "3B8F8001804F0CA000000306030001000000006B | card of unknown kind",
                "3BDF18FF81F1FE43003F03834D494641524520506C75732053414D3B | card of unknown kind",
                "3B80 | card of unknown kind",
                "'' | card of unknown kind"
            })
    void isReadOffTheAtr(String atr, String kind) {
        assertThat(CardKind.of(HexFormat.of().parseHex(atr))).hasToString(kind);
    }
}
