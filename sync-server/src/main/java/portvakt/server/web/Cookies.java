package portvakt.server.web;

import io.helidon.http.SetCookie;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/**
 * The cookies: the session's secret, the secret of forms shown before a log-in, the language, and for some minutes that of a log-in by
 * a provider. All are HttpOnly, and all but the last SameSite=Strict; over TLS they bear the {@code __Host-} prefix (RFC 6265bis § 4.1.3.2), which no sister host can forge.
 */
final class Cookies {

    static final Duration LANGUAGE_KEPT = Duration.ofDays(365);
    /** What makes a browser forget a cookie; Helidon leaves out a Max-Age of 0. */
    private static final Instant LONG_AGO = Instant.EPOCH;

    private static final String FLOW = "portvakt-login";
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

    String formName() {
        return name("portvakt-form");
    }

    String languageName() {
        return name(Languages.COOKIE);
    }

    Optional<String> session(ServerRequest request) {
        return read(request, sessionName());
    }

    void setSession(ServerResponse response, String secret) {
        response.headers().addCookie(cookie(sessionName(), secret).build());
    }

    void clearSession(ServerResponse response) {
        response.headers().addCookie(cookie(sessionName(), "").expires(LONG_AGO).build());
    }

    /** What {@link ProviderLogIn} is known by when the browser comes back from another site: Lax, and gone in some minutes. */
    void setFlow(ServerResponse response, String text, Duration kept) {
        response.headers()
                .addCookie(cookie(name(FLOW), text)
                        .sameSite(SetCookie.SameSite.LAX)
                        .maxAge(kept)
                        .build());
    }

    Optional<String> flow(ServerRequest request) {
        return read(request, name(FLOW));
    }

    void clearFlow(ServerResponse response) {
        response.headers()
                .addCookie(cookie(name(FLOW), "")
                        .sameSite(SetCookie.SameSite.LAX)
                        .expires(LONG_AGO)
                        .build());
    }

    /** What a form's token follows from: the session's secret, or, before a log-in, a cookie of its own. */
    Optional<String> formSecret(ServerRequest request) {
        return session(request).or(() -> read(request, formName()));
    }

    /** The same, made and set if there is none yet. */
    String formSecret(ServerRequest request, ServerResponse response) {
        return formSecret(request).orElseGet(() -> {
            String fresh = secret();
            response.headers().addCookie(cookie(formName(), fresh).build());
            return fresh;
        });
    }

    Optional<String> language(ServerRequest request) {
        return read(request, languageName());
    }

    void setLanguage(ServerResponse response, String language) {
        response.headers()
                .addCookie(
                        cookie(languageName(), language).maxAge(LANGUAGE_KEPT).build());
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
