package portvakt.sim.demo;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Who may work the workbench, which has no log-in: whoever is on this machine, and no page of another site in a browser here. Such a
 * page can neither reach it under another name (DNS rebinding), nor send JSON to it without being asked first, nor read a stream.
 */
final class OwnPage {

    private static final Pattern OWN_HOST = Pattern.compile("(localhost|127\\.0\\.0\\.1|\\[::1])(:[0-9]+)?");
    private static final Set<String> JSON_TYPES = Set.of("application/json"); // looked up, never walked
    private static final HeaderName FETCH_SITE = HeaderNames.create("Sec-Fetch-Site");
    private static final HeaderName FETCH_MODE = HeaderNames.create("Sec-Fetch-Mode");

    private OwnPage() {}

    static boolean isOwnHost(String host) {
        return OWN_HOST.matcher(host).matches();
    }

    /** Of a request that changes something. */
    static void mayAct(ServerRequest request) throws Refusal {
        checkHost(request);
        boolean json = request.headers()
                .contentType()
                .filter(type -> JSON_TYPES.contains(type.mediaType().text()))
                .isPresent();
        // A push of the arm has no body; a browser may send an empty one across sites, so it needs the type all the
        // same, unless it plainly comes from no browser.
        boolean browser = request.headers().contains(HeaderNames.ORIGIN)
                || request.headers().contains(FETCH_SITE);
        if (!json && (browser || request.headers().contentLength().orElse(0) > 0)) {
            throw new Refusal(Status.UNSUPPORTED_MEDIA_TYPE_415, "not-json");
        }
    }

    /** Of a request that only looks: a link of another site may lead here, but its page gets nothing to read or to run. */
    static void mayLook(ServerRequest request) throws Refusal {
        checkHost(request);
        Optional<String> from = request.headers().first(FETCH_SITE);
        boolean navigates =
                request.headers().first(FETCH_MODE).filter("navigate"::equals).isPresent();
        if (!navigates
                && from.filter(site -> site.equals("cross-site") || site.equals("same-site"))
                        .isPresent()) {
            throw new Refusal(Status.FORBIDDEN_403, "other-page");
        }
    }

    private static void checkHost(ServerRequest request) throws Refusal {
        if (!isOwnHost(request.headers().first(HeaderNames.HOST).orElse(""))) {
            throw new Refusal(Status.FORBIDDEN_403, "host");
        }
    }
}
