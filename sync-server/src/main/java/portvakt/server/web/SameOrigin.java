package portvakt.server.web;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;

/**
 * Tells whether one of our own pages sent a request, against cross-site request forgery: what is asked with a cookie that the
 * browser adds by itself. A second wall behind {@code SameSite=Strict}, which also keeps out pages of a sister host.
 */
final class SameOrigin {

    private static final HeaderName SEC_FETCH_SITE = HeaderNames.create("Sec-Fetch-Site");

    private final String publicOrigin;

    /** @param publicUrl what people type; a proxy may hand on another host than that */
    SameOrigin(URI publicUrl) {
        this.publicOrigin = origin(publicUrl.getScheme(), publicUrl.getRawAuthority());
    }

    /**
     * Whether the browser says so by {@code Sec-Fetch-Site} (W3C Fetch Metadata § 2.4), or, an older one, by {@code Origin} (RFC
     * 6454 § 7). One that says neither is not believed: browsers send {@code Origin} with all that changes something.
     */
    boolean sent(ServerRequest request) {
        Optional<String> site = request.headers().first(SEC_FETCH_SITE);
        if (site.isPresent()) {
            return site.get().equals("same-origin");
        }
        Optional<String> origin =
                request.headers().first(HeaderNames.ORIGIN).map(value -> value.toLowerCase(Locale.ROOT));
        String own = origin(request.isSecure() ? "https" : "http", request.authority());
        return origin.filter(value -> value.equals(own) || value.equals(publicOrigin))
                .isPresent();
    }

    private static String origin(String scheme, String authority) {
        String all = (scheme + "://" + authority).toLowerCase(Locale.ROOT);
        String defaultPort = scheme.equals("https") ? ":443" : ":80";
        return all.endsWith(defaultPort) ? all.substring(0, all.length() - defaultPort.length()) : all;
    }
}
