package portvakt.protocol.pass;

import com.upokecenter.cbor.CBOREncodeOptions;
import com.upokecenter.cbor.CBORException;
import com.upokecenter.cbor.CBORObject;
import com.upokecenter.cbor.CBORType;
import java.io.ByteArrayInputStream;
import java.util.Optional;

/**
 * CBOR (RFC 8949) in the one form that CTAP2 calls canonical: shortest numbers and lengths, keys in order and none twice, no tags,
 * four levels at most. To each value belongs one run of bytes, so nothing can be hidden beside what is signed.
 */
final class CanonicalCbor {

    private static final CBOREncodeOptions CANONICAL =
            new CBOREncodeOptions("ctap2canonical=true;allowduplicatekeys=false");

    private CanonicalCbor() {}

    static byte[] encode(CBORObject value) {
        return value.EncodeToBytes(CBOREncodeOptions.DefaultCtap2Canonical);
    }

    /** @throws PassRefusedException with NOT_CANONICAL or TRAILING_BYTES */
    static CBORObject decode(byte[] bytes) throws PassRefusedException {
        ByteArrayInputStream in = new ByteArrayInputStream(bytes);
        CBORObject value;
        try {
            value = CBORObject.Read(in, CANONICAL);
        } catch (CBORException e) {
            throw new PassRefusedException(PassRefusal.NOT_CANONICAL);
        }
        if (in.available() > 0) {
            throw new PassRefusedException(PassRefusal.TRAILING_BYTES);
        }
        return value;
    }

    static Optional<byte[]> bytes(CBORObject value) {
        return value != null && value.getType() == CBORType.ByteString
                ? Optional.of(value.GetByteString())
                : Optional.empty();
    }

    static Optional<Long> number(CBORObject value) {
        return value != null
                        && value.getType() == CBORType.Integer
                        && value.AsNumber().CanFitInInt64()
                ? Optional.of(value.AsInt64Value())
                : Optional.empty();
    }

    static Optional<String> text(CBORObject value) {
        return value != null && value.getType() == CBORType.TextString
                ? Optional.of(value.AsString())
                : Optional.empty();
    }
}
