package portvakt.server.web;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.server.adapter.register.SecurityEventTokens;
import portvakt.server.adapter.register.SecurityEventTokens.ErrorCode;
import portvakt.server.adapter.register.SecurityEventTokens.Verdict;
import portvakt.server.port.CardRegister;
import portvakt.server.port.StatusChange;

/**
 * Where a card register pushes its tokens (RFC 8935). 202 with an empty body after the change is on disk; 400 with a code and a
 * description if the token is refused (§ 2.3); 503 if the change could not be kept, so that the register sends it again.
 */
final class RegisterEndpoint {

    private static final Logger LOG = LoggerFactory.getLogger(RegisterEndpoint.class);
    private static final String RETRY_SECONDS = "5";

    private record Refusal(
            @JsonProperty String err, @JsonProperty String description) {}

    private final SecurityEventTokens tokens;
    private final CardRegister register;
    private final RefusalAudit refusals;
    private final ServerMeters meters;

    RegisterEndpoint(SecurityEventTokens tokens, CardRegister register, RefusalAudit refusals, ServerMeters meters) {
        this.tokens = tokens;
        this.register = register;
        this.refusals = refusals;
        this.meters = meters;
    }

    List<Route> routes() {
        return List.of(Route.open(Method.POST, "/register/v1/events", this::receive));
    }

    private void receive(ServerRequest request, ServerResponse response) {
        boolean typed = request.headers()
                .contentType()
                .map(type -> type.mediaType().text().equalsIgnoreCase("application/secevent+jwt"))
                .orElse(false);
        if (!typed) {
            refuse(request, response, ErrorCode.INVALID_REQUEST, "the Content-Type has to be application/secevent+jwt");
            return;
        }
        // As bytes: a token is ASCII, and a "charset" that the Content-Type names is nothing to fail at.
        String token = new String(request.content().as(byte[].class), StandardCharsets.US_ASCII);
        switch (tokens.verify(token)) {
            case Verdict.Accepted(StatusChange change) -> apply(change, response);
            case Verdict.Ignored(String issuer, String tokenId) -> {
                LOG.info("Token {} of {} tells of nothing that is known here; acknowledged", tokenId, issuer);
                accept(response);
            }
            case Verdict.Rejected(ErrorCode err, String description) -> refuse(request, response, err, description);
        }
    }

    private void apply(StatusChange change, ServerResponse response) {
        CardRegister.Outcome outcome;
        try {
            outcome = register.apply(change);
        } catch (RuntimeException e) {
            LOG.error("A status change from the card register could not be kept; it was asked to send it again", e);
            response.status(Status.SERVICE_UNAVAILABLE_503)
                    .header(HeaderNames.RETRY_AFTER, RETRY_SECONDS)
                    .send();
            return;
        }
        switch (outcome) {
            // A repeat gets the answer that the first one got (RFC 8935 § 2): the register may have missed it.
            case APPLIED, UNCHANGED, REPEATED -> accept(response);
            // The register's own audit has this one already, with its card.
            case TOKEN_ID_REUSED ->
                answer(
                        response,
                        ErrorCode.INVALID_REQUEST,
                        "another token with this \"jti\" and other claims was accepted before; give each token its own");
        }
    }

    private void accept(ServerResponse response) {
        meters.tokenAccepted();
        response.status(Status.ACCEPTED_202).send();
    }

    private void refuse(ServerRequest request, ServerResponse response, ErrorCode err, String description) {
        refusals.refused(
                Optional.empty(),
                "push from " + request.remotePeer().host(),
                Optional.empty(),
                err.wire(),
                description);
        answer(response, err, description);
    }

    private void answer(ServerResponse response, ErrorCode err, String description) {
        meters.tokenRefused();
        LOG.warn("A token from the card register was refused: {}: {}", err.wire(), description);
        response.status(Status.BAD_REQUEST_400).header(HeaderNames.CONTENT_LANGUAGE, "en");
        Json.send(response, new Refusal(err.wire(), description));
    }
}
