package portvakt.server.web;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/** Spares a caller what it has already (RFC 9110 § 8.8.3 and 13.1.2). */
final class EntityTag {

    private static final int TAG_BYTES = 16;

    private EntityTag() {}

    /** Sends JSON with the digest of its bytes as tag, or 304 without them if the caller names that tag. */
    static void send(ServerRequest request, ServerResponse response, byte[] json) {
        String tag = "\"" + HexFormat.of().formatHex(sha256(json), 0, TAG_BYTES) + "\"";
        response.header(HeaderNames.ETAG, tag);
        if (names(request, tag)) {
            response.status(Status.NOT_MODIFIED_304).send();
        } else {
            response.header(HeaderNames.CONTENT_TYPE, "application/json");
            response.send(json);
        }
    }

    private static boolean names(ServerRequest request, String tag) {
        return request.headers()
                .first(HeaderNames.IF_NONE_MATCH)
                .map(given -> Arrays.stream(given.split(","))
                        .map(String::strip)
                        // Compared weakly: a proxy that packs the answer makes the tag a weak one.
                        .map(each -> each.startsWith("W/") ? each.substring(2) : each)
                        .anyMatch(each -> each.equals("*") || each.equals(tag)))
                .orElse(false);
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }
}
