package portvakt.server.web;

import io.helidon.http.SetCookie;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;

/**
 * The three cookies: the session's secret, the secret of forms shown before a log-in, and the language. All are HttpOnly and
 * SameSite=Strict; over TLS they bear the {@code __Host-} prefix (RFC 6265bis § 4.1.3.2), which no sister host can forge.
 */
final class Cookies {

    private static final Duration LANGUAGE_KEPT = Duration.ofDays(365);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final boolean secure;

    Cookies(boolean secure) {
        this.secure = secure;
    }

    /** 256 random bits, safe in URLs and cookies. */
    static String secret() {
        byte[] bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    String sessionName() {
        return name("portvakt");
    }

    Optional<String> session(ServerRequest request) {
        return read(request, sessionName());
    }

    void setSession(ServerResponse response, String secret) {
        response.headers().addCookie(cookie(sessionName(), secret).build());
    }

    void clearSession(ServerResponse response) {
        response.headers()
                .addCookie(cookie(sessionName(), "").maxAge(Duration.ZERO).build());
    }

    /** What a form's token follows from: the session's secret, or, before a log-in, a cookie of its own. */
    Optional<String> formSecret(ServerRequest request) {
        return session(request).or(() -> read(request, name("portvakt-form")));
    }

    /** The same, made and set if there is none yet. */
    String formSecret(ServerRequest request, ServerResponse response) {
        return formSecret(request).orElseGet(() -> {
            String fresh = secret();
            response.headers().addCookie(cookie(name("portvakt-form"), fresh).build());
            return fresh;
        });
    }

    Optional<String> language(ServerRequest request) {
        return read(request, name(Languages.COOKIE));
    }

    void setLanguage(ServerResponse response, String language) {
        response.headers()
                .addCookie(cookie(name(Languages.COOKIE), language)
                        .maxAge(LANGUAGE_KEPT)
                        .build());
    }

    private static Optional<String> read(ServerRequest request, String name) {
        return request.headers().cookies().first(name).asOptional().filter(value -> !value.isBlank());
    }

    private String name(String plain) {
        return secure ? "__Host-" + plain : plain;
    }

    private SetCookie.Builder cookie(String name, String value) {
        return SetCookie.builder(name, value)
                .path("/")
                .httpOnly(true)
                .secure(secure)
                .sameSite(SetCookie.SameSite.STRICT);
    }
}
