package portvakt.protocol.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import com.upokecenter.cbor.CBORObject;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import portvakt.protocol.CardNumber;
import portvakt.protocol.Vectors;
import portvakt.protocol.sign.KeyId;

/** A pass says what was signed; whatever else begins like one is refused, each fault by its own name. */
class PassCodeTest {

    private static final Instant FROM = Instant.parse("2026-06-01T05:00:00Z");
    private static final Pass PASS = new Pass(
            "oslo-havn",
            new PassNumber("0123456789012345"),
            HolderKind.CARD_ON_ORDER,
            FROM,
            FROM.plus(Duration.ofDays(30)));
    private static final KeyId KEY = KeyId.of(Vectors.publicKey());
    private static final String HEADER = "a201270444" + KEY.hex();

    @Test
    void thePinnedVectors() throws PassRefusedException {
        for (String[] vector : Vectors.of("pass.txt")) {
            Pass pass = new Pass(
                    vector[0],
                    new PassNumber(vector[1]),
                    HolderKind.valueOf(vector[2]),
                    Instant.parse(vector[3]),
                    Instant.parse(vector[4]));
            String bytes = vector[5];
            String text = PassCode.PREFIX + Base45.encode(Vectors.hex(bytes));
            assertThat(PassCode.issue(pass, Vectors.privateKey(), KEY).text()).isEqualTo(text);
            PassCode code = PassCode.read(text);
            assertThat(code.keyId()).isEqualTo(KEY);
            assertThat(code.prove(Vectors.publicKey())).isEqualTo(pass);
        }
    }

    @Test
    void theLargestPassFitsItsBoundAndASmallCode() {
        Pass largest = new Pass(
                "a".repeat(30),
                new PassNumber("9".repeat(16)),
                HolderKind.DELIVERY,
                Instant.ofEpochSecond(0xffff_ffffL - 1),
                Instant.ofEpochSecond(0xffff_ffffL));
        String text = PassCode.issue(largest, Vectors.privateKey(), KEY).text();
        assertThat(text.length()).isLessThanOrEqualTo(220).isLessThan(PassCode.TEXT_CHARS_MAX);
        assertThat(text).matches("PV1:[0-9A-Z $%*+./:-]+");
    }

    @Test
    void anotherKeyDoesNotProveIt() throws GeneralSecurityException {
        PassCode code = PassCode.issue(PASS, Vectors.privateKey(), KEY);
        PublicKey other =
                KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPublic();
        assertRefused(PassRefusal.SIGNATURE, () -> code.prove(other));
    }

    @Test
    void everyChangedByteIsRefused() throws PassRefusedException {
        byte[] bytes = bytes();
        for (int i = 0; i < bytes.length; i++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] changed = bytes.clone();
                changed[i] ^= (byte) (1 << bit);
                assertThat(refusal(changed)).as("byte %d, bit %d", i, bit).isNotNull();
            }
        }
        assertThat(refusal(bytes)).isNull();
    }

    /** Anyone can show anything to a camera: whatever comes, the answer is a refusal and never a fault of the program. */
    @Test
    void hostileBytesAreRefusedAndNothingElse() {
        SplittableRandom random = new SplittableRandom(9052);
        byte[] good = bytes();
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = random.nextBoolean() ? good.clone() : new byte[random.nextInt(160)];
            for (int changes = random.nextInt(1, 12); changes > 0 && bytes.length > 0; changes--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            byte[] cut = Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
            assertThat(refusal(cut)).as("seed 9052, round %d", round).isNotNull();
        }
    }

    @Test
    void theFormIsRefusedByName() {
        byte[] bytes = bytes();
        assertThat(refusal(Arrays.copyOf(bytes, bytes.length + 1))).isEqualTo(PassRefusal.TRAILING_BYTES);
        assertThat(refusal(Arrays.copyOf(bytes, bytes.length - 1))).isEqualTo(PassRefusal.NOT_CANONICAL);
        assertThat(refusal(new byte[0])).isEqualTo(PassRefusal.NOT_CANONICAL);
        assertThat(refusal(Vectors.hex("9b00000001ffffffff"))).isEqualTo(PassRefusal.NOT_CANONICAL);
        assertThat(refusal(Vectors.hex("5b00000001ffffffff00"))).isEqualTo(PassRefusal.NOT_CANONICAL);
        // The tag that COSE_Sign1 may have: the prefix says it already, and two spellings are one too many.
        assertThat(refusal(concat(Vectors.hex("d2"), bytes))).isEqualTo(PassRefusal.NOT_CANONICAL);
        assertThat(refusal(Vectors.hex("83"), Vectors.hex("40a040"))).isEqualTo(PassRefusal.STRUCTURE);
        assertThat(refusal(Vectors.hex("84"), Vectors.hex("40a04001"))).isEqualTo(PassRefusal.STRUCTURE);
        assertThat(refusal(Vectors.hex("a0"))).isEqualTo(PassRefusal.STRUCTURE);
        assertRefused(PassRefusal.SIZE, () -> PassCode.read(PassCode.PREFIX + "0".repeat(1_000)));
        assertRefused(PassRefusal.ENCODING, () -> PassCode.read(PassCode.PREFIX + "abc"));
        assertRefused(PassRefusal.ENCODING, () -> PassCode.read("HC1:BB8"));
    }

    @ParameterizedTest
    @CsvSource({
        "a101, NOT_CANONICAL",
        "a2012604441c2b3d4f, ALGORITHM",
        "a10444aabbccdd, ALGORITHM",
        "80, HEADER",
        "a10127, HEADER",
        "a201270443aabbcc, HEADER",
        "a201270445aabbccddee, HEADER",
        "a20127046461626364, HEADER",
        "a30127028104" + "0444aabbccdd, HEADER",
        "a20444aabbccdd0127, NOT_CANONICAL",
        "a20127044400000000ff, TRAILING_BYTES"
    })
    void aHeaderThatIsNotOursIsRefused(String header, PassRefusal refusal) {
        CoseSign1 signed = CoseSign1.sign(Vectors.hex(header), claims(map -> {}), Vectors.privateKey());
        assertThat(refusal(signed.encode())).isEqualTo(refusal);
    }

    @Test
    void whatAKeyThatCountsSignedIsStillReadStrictly() {
        assertThat(refusalOfClaims(claims(map -> {}))).isNull();
        assertThat(refusalOfClaims(claims(map -> map.Remove(CBORObject.FromObject(5)))))
                .isEqualTo(PassRefusal.CLAIM_MISSING);
        assertThat(refusalOfClaims(claims(map -> map.Add(6, 1)))).isEqualTo(PassRefusal.CLAIM_UNKNOWN);
        assertThat(refusalOfClaims(claims(map -> map.Add("iss", 1)))).isEqualTo(PassRefusal.CLAIM_UNKNOWN);
        assertThat(refusalOfClaims(claims(map -> map.Set(1, CBORObject.FromObject("Oslo/#")))))
                .isEqualTo(PassRefusal.CLAIM_VALUE);
        assertThat(refusalOfClaims(claims(map -> map.Set(1, CBORObject.FromObject(new byte[4])))))
                .isEqualTo(PassRefusal.CLAIM_VALUE);
        assertThat(refusalOfClaims(claims(map -> map.Set(-65537, CBORObject.FromObject(0)))))
                .isEqualTo(PassRefusal.CLAIM_VALUE);
        assertThat(refusalOfClaims(claims(map -> map.Set(7, CBORObject.FromObject(new byte[7])))))
                .isEqualTo(PassRefusal.CLAIM_VALUE);
        assertThat(refusalOfClaims(claims(map -> map.Set(7, CBORObject.FromObject(Vectors.hex("002386f26fc10000"))))))
                .isEqualTo(PassRefusal.CLAIM_VALUE);
        assertThat(refusalOfClaims(claims(map -> map.Set(5, CBORObject.FromObject(-1)))))
                .isEqualTo(PassRefusal.CLAIM_VALUE);
        assertThat(refusalOfClaims(claims(map -> map.Set(4, CBORObject.FromObject(Long.MAX_VALUE)))))
                .isEqualTo(PassRefusal.CLAIM_VALUE);
        assertThat(refusalOfClaims(claims(map -> map.Set(4, map.get(CBORObject.FromObject(5))))))
                .as("ends when it begins")
                .isEqualTo(PassRefusal.CLAIM_VALUE);
        assertThat(refusalOfClaims(claims(map -> map.Set(
                        4, CBORObject.FromObject(FROM.plus(Pass.VALIDITY_MAX).getEpochSecond() + 1)))))
                .as("valid for too long")
                .isEqualTo(PassRefusal.CLAIM_VALUE);
        assertThat(refusalOfClaims(Vectors.hex("80"))).isEqualTo(PassRefusal.STRUCTURE);
        assertThat(refusalOfClaims(concat(claims(map -> {}), new byte[1]))).isEqualTo(PassRefusal.TRAILING_BYTES);
    }

    @Test
    void aNumberHasTheFormOfACardNumberAndIsMasked() {
        PassNumber number = PassNumber.random(new SplittableRandom(1));
        assertThat(number).isNotEqualTo(PassNumber.random(new SplittableRandom(2)));
        assertThat(number.digits()).hasSize(16);
        assertThat(PassNumber.of(number.card())).contains(number);
        assertThat(PassNumber.of(new CardNumber("4388261"))).isEmpty();
        assertThat(number.toString()).doesNotContain(number.digits()).contains("*");
        assertThat(PassNumber.ofLong(7).digits()).isEqualTo("0000000000000007");
        assertThat(PassCode.issue(PASS, Vectors.privateKey(), KEY).toString())
                .doesNotContain(PASS.number().digits(), PassCode.PREFIX);
        assertThatThrownBy(() -> new PassNumber("123")).hasMessage("a pass's number is 16 digits");
    }

    private static byte[] bytes() {
        String text = PassCode.issue(PASS, Vectors.privateKey(), KEY).text();
        return Base45.decode(text.substring(PassCode.PREFIX.length())).orElseThrow();
    }

    private static byte[] claims(Consumer<CBORObject> change) {
        CBORObject claims = CBORObject.NewMap()
                .Add(CBORObject.FromObject(1), CBORObject.FromObject(PASS.site()))
                .Add(4, PASS.validUntil().getEpochSecond())
                .Add(5, PASS.validFrom().getEpochSecond())
                .Add(CBORObject.FromObject(7), CBORObject.FromObject(Vectors.hex("000462d53c8abac0")))
                .Add(-65537, 1);
        change.accept(claims);
        return CanonicalCbor.encode(claims);
    }

    private static PassRefusal refusalOfClaims(byte[] claims) {
        return refusal(CoseSign1.sign(Vectors.hex(HEADER), claims, Vectors.privateKey())
                .encode());
    }

    /** @return null where it proves */
    private static PassRefusal refusal(byte[]... parts) {
        byte[] bytes = concat(parts);
        try {
            PassCode.read(PassCode.PREFIX + Base45.encode(bytes)).prove(Vectors.publicKey());
            return null;
        } catch (PassRefusedException e) {
            return e.refusal();
        }
    }

    private interface Attempt {
        void run() throws PassRefusedException;
    }

    private static void assertRefused(PassRefusal refusal, Attempt attempt) {
        try {
            attempt.run();
            fail("not refused");
        } catch (PassRefusedException e) {
            assertThat(e.refusal()).isEqualTo(refusal);
        }
    }

    private static byte[] concat(byte[]... parts) {
        byte[] all = new byte[0];
        for (byte[] part : parts) {
            int length = all.length;
            all = Arrays.copyOf(all, length + part.length);
            System.arraycopy(part, 0, all, length, part.length);
        }
        return all;
    }
}
