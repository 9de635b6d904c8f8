package portvakt.server.web;

import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;

/** The API's description, OpenAPI 3.1, written by hand and held to the routes by a test. */
final class OpenApiDocument {

    private final byte[] yaml;

    OpenApiDocument() {
        try (InputStream in = OpenApiDocument.class.getResourceAsStream("openapi.yaml")) {
            yaml = Objects.requireNonNull(in, "openapi.yaml is not on the class path")
                    .readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<Route> routes() {
        return List.of(Route.open(Method.GET, "/openapi", (request, response) -> {
            response.header(HeaderNames.CONTENT_TYPE, "application/yaml");
            response.send(yaml);
        }));
    }
}
