package portvakt.server.web;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The hidden field that proves that a form came from one of our own pages (against cross-site request forgery). It follows from
 * a secret cookie that no other site can read, so no server has to remember it and a restart voids no form.
 */
final class FormToken {

    /** The hidden field's name. */
    static final String FIELD = "form-token";

    private FormToken() {}

    static String of(String cookieSecret) {
        return sha256("portvakt form\n" + cookieSecret);
    }

    static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    static boolean proves(String field, String cookieSecret) {
        return MessageDigest.isEqual(
                field.getBytes(StandardCharsets.UTF_8), of(cookieSecret).getBytes(StandardCharsets.UTF_8));
    }
}
