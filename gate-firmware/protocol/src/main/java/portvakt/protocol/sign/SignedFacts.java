package portvakt.protocol.sign;

import com.google.protobuf.ByteString;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import portvakt.protocol.v1.SignedDocument;

/**
 * Signs and proves the facts that the server publishes to gates. Ed25519 over
 * {@code "PVD1" | length of type as u16 | type | payload}, so a document of one type never passes for another.
 */
public final class SignedFacts {

    /** {@code SignedDocument.type} of an {@code EnrolmentTable}. */
    public static final String ENROLMENTS = "enrolments";

    /** {@code SignedDocument.type} of a {@code SitePolicy}. */
    public static final String POLICY = "policy";

    /** {@code SignedDocument.type} of {@code PassbackNews}. */
    public static final String PASSBACK = "passback";

    private SignedFacts() {}

    public static SignedDocument sign(String type, byte[] payload, PrivateKey key, KeyId keyId) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(key);
            signature.update(signedBytes(type, payload));
            return SignedDocument.newBuilder()
                    .setType(type)
                    .setPayload(ByteString.copyFrom(payload))
                    .setKeyId(ByteString.copyFrom(keyId.bytes()))
                    .setSignature(ByteString.copyFrom(signature.sign()))
                    .build();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot sign " + type, e);
        }
    }

    /** Whether the document is of this type and carries a good signature of this key. */
    public static boolean isSignedBy(PublicKey key, String type, SignedDocument document) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initVerify(key);
            signature.update(signedBytes(type, document.getPayload().toByteArray()));
            return document.getType().equals(type)
                    && signature.verify(document.getSignature().toByteArray());
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static byte[] signedBytes(String type, byte[] payload) {
        byte[] name = type.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {'P', 'V', 'D', '1'});
        out.writeBytes(
                ByteBuffer.allocate(Short.BYTES).putShort((short) name.length).array());
        out.writeBytes(name);
        out.writeBytes(payload);
        return out.toByteArray();
    }
}
