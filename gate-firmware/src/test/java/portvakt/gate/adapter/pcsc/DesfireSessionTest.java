package portvakt.gate.adapter.pcsc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import portvakt.gate.adapter.pcsc.DesfireLayout.Authentication;

/** Sessions go as NXP's published examples go, byte for byte, and nothing that was changed proves. */
class DesfireSessionTest {

    private static final HexFormat HEX = HexFormat.of();
    private static final AesKey ZERO_KEY = new AesKey(new byte[16]);

    /** NXP AN12196, AuthenticateEV2First with key 0. */
    private static final List<String> EV2_KEY_0 = List.of(
            "> 90 71 00 00 02 00 00 00",
            "< A04C124213C186F22399D33AC2A30215 91AF",
            "> 90 AF 00 00 20 35C3E05A752E0144BAC0DE51C1F22C56B34408A23D8AEA266CAB947EA8E0118D 00",
            "< 3FA64DB5446D1F34CD6EA311167F5E4985B89690C04A05F17FA7AB2F08120663 9100");

    private static final String EV2_GATE_NUMBER = "13C5DB8A5930439FC3DEF9A4C675360F";

    /** Recorded from a DESFire EV1 card, published with the Arduino door lock of ElmueSoft ("Desfire EV1 Communication Examples"). */
    private static final List<String> EV1_KEY_0 = List.of(
            "> 90 AA 00 00 01 00 00",
            "< B9 69 FD FE 56 FD 91 FC 9D E6 F6 F2 13 B8 FD 1E 91 AF",
            "> 90 AF 00 00 20 36 AA D7 DF 6E 43 6B A0 8D 18 61 38 30 A7 0D 5A D4 3E 3D 3F 4A 8D 47 54 1E EE 62 3A 93 4E 47 74 00",
            "< 80 0D B6 80 BC 14 6B D1 21 D6 57 8F 2D 2E 20 59 91 00");

    private static final String EV1_GATE_NUMBER = "F44B26F5686F3A391CD38EBD10772281";

    @Test
    void ev2OpensAsInTheApplicationNote() throws Exception {
        ReplayCard card = ReplayCard.parse(EV2_KEY_0);
        assertThat(open(card, Authentication.EV2, ZERO_KEY, EV2_GATE_NUMBER)).isInstanceOf(EvTwoSession.class);
        assertThat(card.finished()).isTrue();
    }

    /** AN12196, steps 25 to 28; and the same with key 3, table 19. */
    @ParameterizedTest
    @CsvSource({
        "13C5DB8A5930439FC3DEF9A4C675360F, B9E2FC789B64BF237CCCAA20EC7E6E48, 1309C877509E5A215007FF0ED19CA564, 4C6626F5E72EA694202139295C7A7FC7",
        "B98F4C50CF1C2E084FD150E33992B048, 91517975190DCEA6104948EFA3085C1B, 7A93D6571E4B180FCA6AC90C9A7488D4, FC4AF159B62E549B5812394CAB1918CC"
    })
    void ev2SessionKeysAreThoseOfTheApplicationNote(String gate, String card, String encryption, String mac) {
        EvTwoSession.Keys keys = EvTwoSession.Keys.of(ZERO_KEY, HEX.parseHex(gate), HEX.parseHex(card));
        assertThat(proof(keys.encryption())).isEqualTo(proof(encryption));
        assertThat(proof(keys.mac())).isEqualTo(proof(mac));
    }

    @Test
    void ev1OpensAsARealCardDid() throws Exception {
        ReplayCard card = ReplayCard.parse(EV1_KEY_0);
        assertThat(open(card, Authentication.AES, ZERO_KEY, EV1_GATE_NUMBER)).isInstanceOf(EvOneSession.class);
        assertThat(card.finished()).isTrue();
    }

    @Test
    void ev1SessionKeyIsThatOfARealCard() {
        AesKey key = EvOneSession.sessionKey(
                HEX.parseHex("40E7D27174CBA675E8EFBAB99C530E3D"), HEX.parseHex("626FFBD45CAF334ACCA45599304F5B17"));
        assertThat(proof(key)).isEqualTo(proof("40E7D271626FFBD49C530E3D304F5B17"));
    }

    /** The chained CMAC of EV1: command, then answer and status; from the same recordings. */
    @Test
    void ev1SealsAreChainedAsThoseOfARealCard() {
        AesKey session = new AesKey(HEX.parseHex("90F7A20191036845EC63DECD544B9931"));
        byte[] command = session.cmac(new byte[16], HEX.parseHex("6400"));
        assertThat(command).isEqualTo(HEX.parseHex("257FC538618A944A3A20967B6F314348"));
        assertThat(session.cmac(command, HEX.parseHex("1000")))
                .isEqualTo(HEX.parseHex("8A8FA36F55CD210DD8054658AC70D99A"));
    }

    /** AN12196, GetCardUID in full protection: the seal of the command, and UID, padding and seal of the answer. */
    @Test
    void ev2TellsTheTrueUidAsInTheApplicationNote() throws Exception {
        ReplayCard card = ReplayCard.parse(List.of(
                "> 90 51 00 00 08 8E2C155ADDA99BE3 00", "< 70756055688505B52A5E26E59E329CD6 595F672298EA41B7 9100"));
        assertThat(noteSession(card).cardUid()).hasValue(HEX.parseHex("04958caa5c5e80"));

        ReplayCard changed = ReplayCard.parse(List.of(
                "> 90 51 00 00 08 8E2C155ADDA99BE3 00", "< 70756055688505B52A5E26E59E329CD6 595F672298EA41B6 9100"));
        assertThatThrownBy(() -> noteSession(changed).cardUid()).isInstanceOf(NotAuthenticException.class);
    }

    private static EvTwoSession noteSession(ReplayCard card) {
        return new EvTwoSession(
                new DesfireCommands(card),
                new EvTwoSession.Keys(
                        new AesKey(HEX.parseHex("2B4D963C014DC36F24F69A50A394F875")),
                        new AesKey(HEX.parseHex("379D32130CE61705DD5FD8C36B95D764"))),
                HEX.parseHex("DF055522"));
    }

    @Test
    void aRecordingPlayedToAnotherNumberDoesNotProve() {
        for (Authentication kind : Authentication.values()) {
            List<String> recorded = kind == Authentication.EV2 ? EV2_KEY_0 : EV1_KEY_0;
            ReplayCard played = ReplayCard.parse(anyCommand(recorded));
            assertThatThrownBy(() -> open(played, kind, ZERO_KEY, "00112233445566778899aabbccddeeff"))
                    .as("%s", kind)
                    .isInstanceOf(NotAuthenticException.class)
                    .hasMessageContaining("plays back");
        }
    }

    @Test
    void aCardWithAnotherKeyDoesNotProve() {
        AesKey other = new AesKey(HEX.parseHex("000102030405060708090a0b0c0d0e0f"));
        for (Authentication kind : Authentication.values()) {
            List<String> recorded = kind == Authentication.EV2 ? EV2_KEY_0 : EV1_KEY_0;
            String number = kind == Authentication.EV2 ? EV2_GATE_NUMBER : EV1_GATE_NUMBER;
            assertThatThrownBy(() -> open(ReplayCard.parse(anyCommand(recorded)), kind, other, number))
                    .as("%s", kind)
                    .isInstanceOf(NotAuthenticException.class);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "9140, no such key",
        "911C, another kind",
        "91AE, refuses to begin",
        "9100, refuses to begin",
        "6E00, refuses"
    })
    void aCardThatWillNotBeginSaysWhichStatus(String status, String cause) {
        for (Authentication kind : Authentication.values()) {
            ReplayCard card = ReplayCard.parse(List.of(
                    kind == Authentication.EV2 ? "> 90 71 00 00 02 00 00 00" : "> 90 AA 00 00 01 00 00",
                    "< " + status));
            assertThatThrownBy(() -> open(card, kind, ZERO_KEY, EV2_GATE_NUMBER))
                    .isInstanceOf(NotAuthenticException.class)
                    .hasMessageContaining(cause)
                    .hasMessageContaining(status.toLowerCase());
        }
    }

    private static List<String> anyCommand(List<String> recorded) {
        List<String> lines = new ArrayList<>(recorded);
        lines.set(2, "> 90 AF 00 00 20" + " **".repeat(32) + " 00");
        return lines;
    }

    private static DesfireSession open(Apdus card, Authentication kind, AesKey key, String gateNumber)
            throws Exception {
        return DesfireSession.open(new DesfireCommands(card), kind, 0, key, fixed(gateNumber));
    }

    /** Draws one number that is known. */
    private static RandomGenerator fixed(String hex) {
        return new RandomGenerator() {
            @Override
            public long nextLong() {
                throw new UnsupportedOperationException("only bytes are drawn");
            }

            @Override
            public void nextBytes(byte[] bytes) {
                System.arraycopy(HEX.parseHex(hex), 0, bytes, 0, bytes.length);
            }
        };
    }

    private static String proof(AesKey key) {
        return HEX.formatHex(key.encrypt(new byte[16], new byte[16]));
    }

    private static String proof(String key) {
        return proof(new AesKey(HEX.parseHex(key)));
    }
}
