package portvakt.sim.demo;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.sim.site.GateAnswer;
import portvakt.sim.site.SimulatedGate;

/**
 * Hands for the demo's hardware, over HTTP: tap a card, push the arm, press the button, make the register change a card. Each
 * call answers with what the gate did.
 *
 * <p>It needs no log-in, since it is hardware and not the system; so it listens to this machine only, and a page of another site
 * in a browser here can neither send JSON to it nor reach it under another name.
 */
final class WorkbenchApi implements HttpService {

    static final String ROOT = "/workbench/v1";

    private static final Logger LOG = LoggerFactory.getLogger(WorkbenchApi.class);
    private static final int BODY_BYTES_MAX = 4096;
    private static final Pattern CARD = Pattern.compile("[0-9]{7}");
    private static final Pattern OWN_HOST = Pattern.compile("(localhost|127\\.0\\.0\\.1|\\[::1])(:[0-9]+)?");

    static final JsonMapper JSON = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .addModule(new Jdk8Module())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_ABSENT, JsonInclude.Include.ALWAYS))
            .build();

    /** One of the four. @param uid hexadecimal @param fault UNREADABLE, SEVERAL_CARDS or RANDOM_UID */
    record Tap(Optional<String> card, Optional<String> uid, Optional<String> code, Optional<String> fault) {}

    record Fire(boolean active) {}

    record Change(String status) {}

    private record Problem(String type, String title, int status, String detail) {}

    private static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;
        private final transient Status status;

        Refused(Status status, String detail) {
            super(detail, null, false, false);
            this.status = status;
        }
    }

    private interface Answering {
        Object to(ServerRequest request) throws Refused, IOException, InterruptedException;
    }

    private final Supplier<Optional<Bench>> benches;

    /** @param benches empty until the site is up */
    WorkbenchApi(Supplier<Optional<Bench>> benches) {
        this.benches = benches;
    }

    private Bench bench() throws Refused {
        return benches.get().orElseThrow(() -> new Refused(Status.SERVICE_UNAVAILABLE_503, "The site is starting."));
    }

    @Override
    public void routing(HttpRules rules) {
        rules.post(ROOT + "/gates/{gate}/taps", guarded(this::tap))
                .post(
                        ROOT + "/gates/{gate}/arm",
                        guarded(request -> gate(request).pushArm()))
                .post(ROOT + "/gates/{gate}/rex", guarded(this::rex))
                .post(ROOT + "/gates/{gate}/fire", guarded(this::fire))
                .post(ROOT + "/register/cards/{number}/status", guarded(this::change));
    }

    private GateAnswer tap(ServerRequest request) throws Refused, InterruptedException {
        SimulatedGate gate = gate(request);
        Tap tap = body(request, Tap.class);
        try {
            if (tap.card().isPresent()) {
                return gate.tap(bench().card(card(tap.card().get())));
            } else if (tap.uid().isPresent()) {
                return gate.tap(bench().uidCard(tap.uid().get()));
            } else if (tap.code().isPresent()) {
                return gate.show(bench().code(tap.code().get()));
            } else if (tap.fault().isPresent()) {
                return gate.show(bench().fault(tap.fault().get()));
            }
        } catch (IllegalArgumentException e) {
            throw new Refused(Status.BAD_REQUEST_400, e.getMessage());
        }
        throw new Refused(Status.BAD_REQUEST_400, "Say what is shown: {\"card\":\"4388261\"}, or uid, code or fault.");
    }

    private Object rex(ServerRequest request) throws Refused, InterruptedException {
        SimulatedGate gate = gate(request);
        gate.turnstile().pressRex();
        return Map.of("gate", gate.name(), "free", gate.turnstile().isFree());
    }

    private Object fire(ServerRequest request) throws Refused, InterruptedException {
        SimulatedGate gate = gate(request);
        gate.fire(body(request, Fire.class).active());
        return Map.of("gate", gate.name(), "free", gate.turnstile().isFree());
    }

    private Object change(ServerRequest request) throws Refused, IOException, InterruptedException {
        CardNumber card = card(request.path().pathParameters().get("number"));
        String status = body(request, Change.class).status();
        CardStatus known = Arrays.stream(CardStatus.values())
                .filter(each -> each.name().equals(status))
                .findFirst()
                .orElseThrow(() -> new Refused(
                        Status.BAD_REQUEST_400, "status has to be one of " + Arrays.toString(CardStatus.values())));
        return bench().push(card, known);
    }

    private SimulatedGate gate(ServerRequest request) throws Refused {
        String name = request.path().pathParameters().get("gate");
        Bench bench = bench();
        return bench.gate(name)
                .orElseThrow(() -> new Refused(
                        Status.NOT_FOUND_404,
                        "There is no gate \"" + name + "\"; there are " + bench.gateNames() + "."));
    }

    private static CardNumber card(String digits) throws Refused {
        return CardNumber.parse(digits, CARD)
                .orElseThrow(() -> new Refused(Status.BAD_REQUEST_400, "A card number has 7 digits, like 4388261."));
    }

    private static <T> T body(ServerRequest request, Class<T> type) throws Refused {
        byte[] bytes = request.content().as(byte[].class);
        if (bytes.length > BODY_BYTES_MAX) {
            throw new Refused(Status.REQUEST_ENTITY_TOO_LARGE_413, "At most " + BODY_BYTES_MAX + " bytes.");
        }
        try {
            T body = JSON.readValue(bytes, type);
            if (body == null) {
                throw new Refused(Status.BAD_REQUEST_400, "The body has to be a JSON object.");
            }
            return body;
        } catch (JsonProcessingException e) {
            throw new Refused(
                    Status.BAD_REQUEST_400, "No JSON object that is understood here: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new Refused(Status.BAD_REQUEST_400, "The body could not be read.");
        }
    }

    private static final Set<String> JSON_TYPES = Set.of("application/json"); // looked up, never walked

    private io.helidon.webserver.http.Handler guarded(Answering answering) {
        return (request, response) -> {
            try {
                guard(request);
                send(response, Status.OK_200, "application/json", answering.to(request));
            } catch (Refused e) {
                problem(response, e.status, e.getMessage());
            } catch (IOException e) {
                LOG.warn("The workbench could not do {}", request.path().path(), e);
                problem(response, Status.BAD_GATEWAY_502, "The server did not answer: " + e.getMessage());
            }
        };
    }

    private static void guard(ServerRequest request) throws Refused {
        String host = request.headers().first(HeaderNames.HOST).orElse("");
        if (!OWN_HOST.matcher(host).matches()) {
            throw new Refused(Status.FORBIDDEN_403, "The workbench answers to localhost only.");
        }
        boolean json = request.headers()
                .contentType()
                .filter(type -> JSON_TYPES.contains(type.mediaType().text()))
                .isPresent();
        // A push of the arm has no body; a browser may send an empty one across sites, so it needs the type all the
        // same,
        // unless it plainly comes from no browser.
        boolean browser = request.headers().contains(HeaderNames.ORIGIN)
                || request.headers().contains(HeaderNames.create("Sec-Fetch-Site"));
        if (!json && (browser || request.headers().contentLength().orElse(0) > 0)) {
            throw new Refused(Status.UNSUPPORTED_MEDIA_TYPE_415, "Send Content-Type: application/json.");
        }
    }

    private static void problem(ServerResponse response, Status status, String detail) {
        send(
                response,
                status,
                "application/problem+json",
                new Problem("about:blank", status.reasonPhrase(), status.code(), detail));
    }

    private static void send(ServerResponse response, Status status, String type, Object body) {
        try {
            response.status(status).header(HeaderNames.CONTENT_TYPE, type).send(JSON.writeValueAsBytes(body));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an answer that cannot be written as JSON", e);
        }
    }
}
