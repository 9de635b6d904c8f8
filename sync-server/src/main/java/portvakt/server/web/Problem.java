package portvakt.server.web;

import io.helidon.http.Status;
import io.helidon.webserver.http.ServerResponse;
import java.util.Optional;

/**
 * An API's error as a document (RFC 9457, {@code application/problem+json}).
 *
 * @param type      {@code about:blank}: the status says what kind of problem it is
 * @param detail    what was wrong and what would be right, in plain English
 * @param parameter the query parameter at fault
 */
record Problem(String type, String title, int status, String detail, Optional<String> parameter) {

    static Problem of(Status status, String detail) {
        return new Problem("about:blank", status.reasonPhrase(), status.code(), detail, Optional.empty());
    }

    static Problem parameter(String name, String detail) {
        return new Problem(
                "about:blank",
                Status.BAD_REQUEST_400.reasonPhrase(),
                Status.BAD_REQUEST_400.code(),
                detail,
                Optional.of(name));
    }

    void send(ServerResponse response) {
        response.status(status);
        Json.send(response, "application/problem+json", this);
    }
}
