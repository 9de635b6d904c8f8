package portvakt.server.web;

import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.webserver.http.Handler;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;

/**
 * The few files that pages load, by name: nothing else of the class path can be asked for. Each is named in pages with a
 * fingerprint of its content, so that a browser may keep it for good and yet gets the new one after an upgrade.
 */
public final class StaticFiles {

    private static final String OWN = "/portvakt/server/web/static/";
    private static final String WEBJARS = "/META-INF/resources/webjars/";

    /** @param packed by gzip; pages themselves are not, since what a page hides beside what it repeats could be guessed by its length */
    private record File(byte[] content, byte[] packed, String type, String fingerprint) {}

    private final Map<String, File> files = new TreeMap<>();

    StaticFiles() {
        add("cards.js", "text/javascript; charset=utf-8", OWN + "cards.js");
        add("console.css", "text/css; charset=utf-8", OWN + "console.css");
        add("console.js", "text/javascript; charset=utf-8", OWN + "console.js");
        add("exports.js", "text/javascript; charset=utf-8", OWN + "exports.js");
        add("lists.js", "text/javascript; charset=utf-8", OWN + "lists.js");
        add("site-list.js", "text/javascript; charset=utf-8", OWN + "site-list.js");
        add("muster.js", "text/javascript; charset=utf-8", OWN + "muster.js");
        add("icon.svg", "image/svg+xml", OWN + "icon.svg");
        add("htmx.min.js", "text/javascript; charset=utf-8", WEBJARS + "htmx.org/2.0.10/dist/htmx.min.js");
        add("sse.js", "text/javascript; charset=utf-8", WEBJARS + "htmx-ext-sse/2.2.2/sse.js");
    }

    /** What a page writes to load a file. */
    public String url(String name) {
        return "/static/" + name + "?v=" + files.get(name).fingerprint();
    }

    List<Route> routes() {
        return files.keySet().stream()
                .map(name -> Route.open(Method.GET, "/static/" + name, handler(files.get(name))))
                .toList();
    }

    private static Handler handler(File file) {
        return (request, response) -> {
            response.header(HeaderNames.CONTENT_TYPE, file.type());
            response.header(HeaderNames.CACHE_CONTROL, "public, max-age=31536000, immutable");
            response.header(HeaderNames.VARY, "Accept-Encoding");
            boolean packed = request.headers()
                    .first(HeaderNames.ACCEPT_ENCODING)
                    .map(StaticFiles::takesGzip)
                    .orElse(false);
            if (packed) {
                response.header(HeaderNames.CONTENT_ENCODING, "gzip");
            }
            response.send(packed ? file.packed() : file.content());
        };
    }

    /** Whether an {@code Accept-Encoding} names gzip, and does not rule it out (RFC 9110 § 12.5.3). */
    static boolean takesGzip(String acceptEncoding) {
        return Arrays.stream(acceptEncoding.split(","))
                .map(each -> each.strip().toLowerCase(Locale.ROOT).replace(" ", ""))
                .anyMatch(each -> each.equals("gzip") || each.matches("gzip;q=(?!0(\\.0*)?$).*"));
    }

    private static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(content);
        }
        return packed.toByteArray();
    }

    private void add(String name, String type, String resource) {
        try (InputStream in = StaticFiles.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException(resource + " is not on the class path");
            }
            byte[] content = in.readAllBytes();
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(content);
            files.put(
                    name, new File(content, gzip(content), type, HexFormat.of().formatHex(hash, 0, 6)));
        } catch (IOException e) {
            throw new UncheckedIOException(resource, e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
