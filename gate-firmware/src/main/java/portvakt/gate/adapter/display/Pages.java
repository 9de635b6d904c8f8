package portvakt.gate.adapter.display;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.CRC32;

/** The page and its files, read once. Immutable. */
final class Pages {

    record Page(String type, byte[] bytes) {}

    private final Map<String, Page> pages = new TreeMap<>();
    private final String build;

    /**
     * @param language BCP 47 tag of the page
     * @param lost     what the page shows while it does not hear from the gate, JSON
     */
    Pages(String language, String title, String lost) {
        byte[] style = file("display.css");
        byte[] script = file("display.js");
        byte[] page = file("display.html");
        CRC32 crc = new CRC32();
        crc.update(style);
        crc.update(script);
        crc.update(page);
        crc.update(lost.getBytes(StandardCharsets.UTF_8));
        build = HexFormat.of().toHexDigits((int) crc.getValue());
        String html = new String(page, StandardCharsets.UTF_8)
                .replace("{{language}}", language)
                .replace("{{build}}", build)
                .replace("{{title}}", escape(title))
                .replace("{{lost}}", escape(lost));
        pages.put("/", new Page("text/html; charset=utf-8", html.getBytes(StandardCharsets.UTF_8)));
        pages.put("/display.css", new Page("text/css; charset=utf-8", style));
        pages.put("/display.js", new Page("text/javascript; charset=utf-8", script));
        pages.put("/icon.svg", new Page("image/svg+xml", file("icon.svg")));
    }

    Optional<Page> at(String path) {
        return Optional.ofNullable(pages.get(path));
    }

    /** Changes with the page: a browser that has been open since before loads it anew. */
    String build() {
        return build;
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    private static byte[] file(String name) {
        try (InputStream in = Pages.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("there is no " + name + " in this program");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(name, e);
        }
    }
}
