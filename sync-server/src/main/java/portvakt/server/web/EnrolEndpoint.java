package portvakt.server.web;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JacksonException;
import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.server.port.AccountAudit;
import portvakt.server.port.GateAdmission;
import portvakt.server.port.GateAdmission.Admitted;
import portvakt.server.port.GateAdmission.Refusal;

/**
 * Where a gate gets its identity. Needs no log-in and no trust in what carries it: the request is sealed to this server's key and the
 * answer to the gate's, so a code or a certificate is all that counts.
 */
final class EnrolEndpoint {

    static final String SERVER_PATH = "/enrol/v1/server";
    static final String PATH = "/enrol/v1/gates";

    private static final Logger LOG = LoggerFactory.getLogger(EnrolEndpoint.class);
    private static final int TRIES_MAX = 20;
    private static final Duration TRIES_WITHIN = Duration.ofMinutes(10);

    /** @param key what opens the box, Base64 @param box the sealed request, Base64 */
    private record Sealed(
            @JsonProperty(required = true) String key,
            @JsonProperty(required = true) String box) {}

    private record Answer(@JsonProperty String box) {}

    private final GateAdmission admission;
    private final AccountAudit audit;
    private final InstantSource clock;
    private final TryLimit limit = new TryLimit(TRIES_MAX, TRIES_WITHIN);

    EnrolEndpoint(GateAdmission admission, AccountAudit audit, InstantSource clock) {
        this.admission = admission;
        this.audit = audit;
        this.clock = clock;
    }

    List<Route> routes() {
        return List.of(
                Route.open(Method.GET, SERVER_PATH, (_, response) -> Json.send(response, admission.server())),
                Route.open(Method.POST, PATH, this::enrol));
    }

    private void enrol(ServerRequest request, ServerResponse response) {
        Instant now = clock.instant();
        String from = request.remotePeer().host();
        Duration wait = limit.wait(from, now);
        if (!wait.isZero()) {
            response.header(HeaderNames.RETRY_AFTER, String.valueOf(wait.toSeconds() + 1));
            problem("too-many-tries", Status.TOO_MANY_REQUESTS_429, "Too many tries from this address have failed.")
                    .send(response);
            return;
        }
        try {
            byte[] body = request.content().hasEntity() ? request.content().as(byte[].class) : new byte[0];
            Sealed sealed = Json.MAPPER.readValue(body, Sealed.class);
            if (sealed == null || sealed.key == null || sealed.box == null) {
                refuse(Refusal.MALFORMED, from, now, response);
                return;
            }
            Admitted admitted = admission.admit(
                    Base64.getDecoder().decode(sealed.key), Base64.getDecoder().decode(sealed.box), now);
            note(admitted, from, now);
            Json.send(response, new Answer(Base64.getEncoder().encodeToString(admitted.sealed())));
        } catch (GateAdmission.Refused e) {
            refuse(e.refusal(), from, now, response);
        } catch (JacksonException | IllegalArgumentException e) {
            refuse(Refusal.MALFORMED, from, now, response);
        } catch (IOException e) {
            throw new IllegalStateException("bytes that are in memory cannot be read", e);
        }
    }

    private void note(Admitted admitted, String from, Instant now) {
        String gate = admitted.gate().site() + "/" + admitted.gate().gate();
        LOG.info(
                "Gate {} was given a certificate by {}, at {}{}",
                gate,
                admitted.who(),
                from,
                admitted.again() ? ", again" : "");
        if (!admitted.again()) {
            audit.note(admitted.who(), admitted.byCode() ? "GATE_ENROLLED" : "GATE_RENEWED", gate, now);
        }
    }

    private void refuse(Refusal refusal, String from, Instant now, ServerResponse response) {
        limit.failed(from, now);
        LOG.warn("A gate's enrolment from {} was refused: {}", from, refusal);
        problem(wire(refusal), status(refusal), detail(refusal)).send(response);
    }

    static String wire(Refusal refusal) {
        return refusal.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static Problem problem(String type, Status status, String detail) {
        return new Problem(
                "urn:portvakt:enrolment:" + type, status.reasonPhrase(), status.code(), detail, Optional.empty());
    }

    private static Status status(Refusal refusal) {
        return switch (refusal) {
            case MALFORMED -> Status.BAD_REQUEST_400;
            case UNKNOWN, CUT_OFF -> Status.FORBIDDEN_403;
            case OTHER_GATE -> Status.CONFLICT_409;
            case EXPIRED, USED, WITHDRAWN, TRIED_OUT, CERTIFICATE_OVER -> Status.GONE_410;
        };
    }

    private static String detail(Refusal refusal) {
        return switch (refusal) {
            case MALFORMED -> "This is no request for an identity that was sealed for this server.";
            case UNKNOWN -> "There is no such code here.";
            case EXPIRED -> "The code's time is over. Make a new one on the console.";
            case USED ->
                "The code was used before. If that was not you, cut the gate off on the console; make a new code.";
            case WITHDRAWN -> "The code was withdrawn, or a newer one was made for the gate.";
            case TRIED_OUT ->
                "The code counts no more: too often somebody tried a wrong one that begins like it. Make a new one.";
            case OTHER_GATE -> "The code is another gate's than the settings name.";
            case CUT_OFF -> "The gate's certificate counts no more here. It takes a new code from the console.";
            case CERTIFICATE_OVER -> "The gate's certificate has ended. It takes a new code from the console.";
        };
    }
}
