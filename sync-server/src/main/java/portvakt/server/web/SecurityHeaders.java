package portvakt.server.web;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http.ServerResponse;

/** What every answer tells a browser not to do: nothing from elsewhere, no inline script or style, no frame around us. */
final class SecurityHeaders implements Filter {

    static final String CONTENT_SECURITY_POLICY =
            "default-src 'self'; object-src 'none'; base-uri 'none';" + " form-action 'self'; frame-ancestors 'none'";

    private final boolean secure;

    SecurityHeaders(boolean secure) {
        this.secure = secure;
    }

    @Override
    public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        set(response);
        chain.proceed();
    }

    void set(ServerResponse response) {
        response.header("Content-Security-Policy", CONTENT_SECURITY_POLICY)
                .header("X-Content-Type-Options", "nosniff")
                .header("Referrer-Policy", "no-referrer")
                .header("X-Frame-Options", "DENY")
                .header("Cross-Origin-Opener-Policy", "same-origin")
                .header("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
                // Answers hold personal data; static files say otherwise themselves.
                .header(HeaderNames.CACHE_CONTROL, "no-store");
        if (secure) {
            response.header("Strict-Transport-Security", "max-age=31536000");
        }
    }
}
