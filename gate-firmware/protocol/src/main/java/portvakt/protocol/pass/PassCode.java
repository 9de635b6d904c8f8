package portvakt.protocol.pass;

import com.upokecenter.cbor.CBORObject;
import com.upokecenter.cbor.CBORType;
import java.nio.ByteBuffer;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import portvakt.protocol.Topics;
import portvakt.protocol.sign.KeyId;

/**
 * A pass as a code's text: {@code "PV1:" | base45(COSE_Sign1(CWT))}. Reading it ({@link #read}) says which key is to prove it and
 * nothing of what is in it; that comes with the proof alone ({@link #prove}). Immutable; equal when the texts are.
 *
 * <p>Whatever is not understood is refused: a field that a reader passes over could be a limit to the pass. So a new field needs a
 * new prefix.
 */
public final class PassCode {

    /** What the text of every pass begins with. */
    public static final String PREFIX = "PV1:";

    /** Longest pass, bytes before base45. */
    public static final int SIZE_BYTES_MAX = 160;

    /** Longest text. */
    public static final int TEXT_CHARS_MAX = PREFIX.length() + SIZE_BYTES_MAX / 2 * 3;

    /** RFC 9052 § 3.1. */
    private static final int ALGORITHM = 1;

    private static final int KEY_ID = 4;
    /** RFC 9053 § 2.2. */
    private static final int EDDSA = -8;

    /** RFC 8392 § 4; the last is of the range for private use (§ 9.1). */
    private static final int ISSUER = 1;

    private static final int EXPIRES = 4;
    private static final int NOT_BEFORE = 5;
    private static final int TOKEN_ID = 7;
    private static final int KIND = -65537;
    private static final Set<Long> CLAIMS = // looked up, never walked
            Set.of((long) ISSUER, (long) EXPIRES, (long) NOT_BEFORE, (long) TOKEN_ID, (long) KIND);

    private final String text;
    private final CoseSign1 signed;
    private final KeyId keyId;

    private PassCode(String text, CoseSign1 signed, KeyId keyId) {
        this.text = text;
        this.signed = signed;
        this.keyId = keyId;
    }

    /** Whether a code's text is meant as a pass. */
    public static boolean isPass(String text) {
        return text.startsWith(PREFIX);
    }

    /** The same pass and key give the same text. @param keyId of the key's public half */
    public static PassCode issue(Pass pass, PrivateKey key, KeyId keyId) {
        byte[] header = CanonicalCbor.encode(CBORObject.NewMap()
                .Add(ALGORITHM, EDDSA)
                .Add(CBORObject.FromObject(KEY_ID), CBORObject.FromObject(keyId.bytes())));
        byte[] number = ByteBuffer.allocate(Long.BYTES)
                .putLong(Long.parseLong(pass.number().digits()))
                .array();
        byte[] claims = CanonicalCbor.encode(CBORObject.NewMap()
                .Add(CBORObject.FromObject(ISSUER), CBORObject.FromObject(pass.site()))
                .Add(EXPIRES, pass.validUntil().getEpochSecond())
                .Add(NOT_BEFORE, pass.validFrom().getEpochSecond())
                .Add(CBORObject.FromObject(TOKEN_ID), CBORObject.FromObject(number))
                .Add(KIND, pass.kind().code()));
        CoseSign1 signed = CoseSign1.sign(header, claims, key);
        return new PassCode(PREFIX + Base45.encode(signed.encode()), signed, keyId);
    }

    /** @throws PassRefusedException if the text is no pass by its form */
    public static PassCode read(String text) throws PassRefusedException {
        if (text.length() > TEXT_CHARS_MAX) {
            throw new PassRefusedException(PassRefusal.SIZE);
        }
        Optional<byte[]> bytes = isPass(text) ? Base45.decode(text.substring(PREFIX.length())) : Optional.empty();
        CoseSign1 signed = CoseSign1.decode(bytes.orElseThrow(() -> new PassRefusedException(PassRefusal.ENCODING)));
        return new PassCode(text, signed, keyId(signed.protectedHeader()));
    }

    private static KeyId keyId(byte[] protectedHeader) throws PassRefusedException {
        CBORObject header = map(protectedHeader, PassRefusal.HEADER);
        CBORObject algorithm = header.get(CBORObject.FromObject(ALGORITHM));
        if (!CanonicalCbor.number(algorithm).equals(Optional.of((long) EDDSA))) {
            throw new PassRefusedException(PassRefusal.ALGORITHM);
        }
        return CanonicalCbor.bytes(header.get(CBORObject.FromObject(KEY_ID)))
                .filter(id -> id.length == KeyId.SIZE_BYTES && header.size() == 2)
                .map(KeyId::ofBytes)
                .orElseThrow(() -> new PassRefusedException(PassRefusal.HEADER));
    }

    /** Which key signed it, by its own word. */
    public KeyId keyId() {
        return keyId;
    }

    /** What goes into the QR code. */
    public String text() {
        return text;
    }

    /**
     * What the pass says. Whether it says so for this site and this moment is for the caller to see.
     *
     * @param key of that id, that may sign passes
     * @throws PassRefusedException if the key did not sign it, or it says something that is not understood or makes no sense
     */
    public Pass prove(PublicKey key) throws PassRefusedException {
        if (signed.signature().length != CoseSign1.SIGNATURE_BYTES || !signed.isSignedBy(key)) {
            throw new PassRefusedException(PassRefusal.SIGNATURE);
        }
        CBORObject claims = map(signed.payload(), PassRefusal.STRUCTURE);
        for (CBORObject claim : claims.getKeys()) {
            if (CanonicalCbor.number(claim).filter(CLAIMS::contains).isEmpty()) {
                throw new PassRefusedException(PassRefusal.CLAIM_UNKNOWN);
            }
        }
        if (claims.size() != CLAIMS.size()) {
            throw new PassRefusedException(PassRefusal.CLAIM_MISSING);
        }
        String site =
                CanonicalCbor.text(claim(claims, ISSUER)).filter(Topics::isName).orElseThrow(PassCode::badValue);
        PassNumber number = CanonicalCbor.bytes(claim(claims, TOKEN_ID))
                .filter(bytes -> bytes.length == Long.BYTES)
                .map(bytes -> ByteBuffer.wrap(bytes).getLong())
                .filter(value -> value >= 0 && value < PassNumber.LIMIT)
                .map(PassNumber::ofLong)
                .orElseThrow(PassCode::badValue);
        HolderKind kind = CanonicalCbor.number(claim(claims, KIND))
                .flatMap(HolderKind::ofCode)
                .orElseThrow(PassCode::badValue);
        try {
            return new Pass(site, number, kind, instant(claims, NOT_BEFORE), instant(claims, EXPIRES));
        } catch (IllegalArgumentException e) {
            throw badValue();
        }
    }

    private static CBORObject map(byte[] bytes, PassRefusal otherwise) throws PassRefusedException {
        CBORObject map = CanonicalCbor.decode(bytes);
        if (map.getType() != CBORType.Map) {
            throw new PassRefusedException(otherwise);
        }
        return map;
    }

    private static CBORObject claim(CBORObject claims, int name) {
        return claims.get(CBORObject.FromObject(name));
    }

    private static Instant instant(CBORObject claims, int name) throws PassRefusedException {
        return CanonicalCbor.number(claim(claims, name))
                .filter(seconds -> seconds >= 0 && seconds <= 0xffff_ffffL)
                .map(Instant::ofEpochSecond)
                .orElseThrow(PassCode::badValue);
    }

    private static PassRefusedException badValue() {
        return new PassRefusedException(PassRefusal.CLAIM_VALUE);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PassCode code && code.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** Says who signed it, not what: whoever has the text has the pass. */
    @Override
    public String toString() {
        return "PassCode[key " + keyId.hex() + "]";
    }
}
