package portvakt.server.web;

import io.helidon.common.parameters.Parameters;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;

/** A form that a page sent. A field that is not there is empty. */
record Form(ServerRequest request, Parameters fields) {

    private static final Parameters NO_FIELDS = Parameters.empty("form");

    static Form of(ServerRequest request) {
        boolean urlEncoded = request.headers()
                .contentType()
                .map(type -> type.mediaType().text().equals("application/x-www-form-urlencoded"))
                .orElse(false);
        return new Form(request, urlEncoded && request.content().hasEntity() ? read(request) : NO_FIELDS);
    }

    private static Parameters read(ServerRequest request) {
        try {
            return request.content().as(Parameters.class);
        } catch (IllegalArgumentException e) {
            // A broken escape or an unknown character set: no page of ours sends that, so it is refused like a forged
            // form.
            return NO_FIELDS;
        }
    }

    String value(String field) {
        return fields.first(field).orElse("");
    }

    /** Whether it did not come from one of our own pages. */
    boolean isForged(Cookies cookies) {
        return cookies.formSecret(request)
                .map(secret -> !FormToken.proves(value(FormToken.FIELD), secret))
                .orElse(true);
    }

    static void refuse(ServerResponse response) {
        response.status(Status.FORBIDDEN_403)
                .send(
                        "This form has gone stale, or did not come from this server. Go back, reload the page, try again.");
    }
}
