package portvakt.sim.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.sim.site.GateAnswer;
import portvakt.sim.site.GateState;
import portvakt.sim.site.SimulatedGate;
import portvakt.sim.site.SimulatedSite;

/**
 * Hands for the demo's hardware, over HTTP: show a card, push the arm, press the button, pull the cable, cut the power, wind the
 * clock, make the register change a card. Each call answers with what the gate did.
 *
 * <p>It needs no log-in, since it is hardware and not the system; so it listens to this machine only, and {@link OwnPage} keeps
 * pages of other sites out.
 */
final class WorkbenchApi implements HttpService {

    static final String ROOT = "/workbench/v1";

    private static final Logger LOG = LoggerFactory.getLogger(WorkbenchApi.class);

    private record Problem(String type, String title, int status, String detail) {}

    /** A card of the demo. @param kind {@code CARD}, or {@code EXPIRED} @param status at the register */
    record CardState(String number, String holder, String employer, String kind, String status, boolean inside) {}

    /** The whole of it. */
    record SiteState(List<GateState> gates, boolean workersActive, int onSite) {}

    private interface Answering {
        Object to(ServerRequest request) throws Refusal, IOException, InterruptedException;
    }

    private interface Checking {
        void check(ServerRequest request) throws Refusal;
    }

    private final Supplier<Optional<Bench>> benches;

    /** @param benches empty until the site is up */
    WorkbenchApi(Supplier<Optional<Bench>> benches) {
        this.benches = benches;
    }

    Bench bench() throws Refusal {
        return benches.get().orElseThrow(() -> new Refusal(Status.SERVICE_UNAVAILABLE_503, "starting"));
    }

    @Override
    public void routing(HttpRules rules) {
        String gate = ROOT + "/gates/{gate}";
        rules.get(ROOT, looking(_ -> siteState()))
                .get(ROOT + "/gates", looking(_ -> siteState().gates()))
                .get(gate, looking(request -> gate(request).state()))
                .get(ROOT + "/cards", looking(_ -> cards()))
                .post(gate + "/taps", acting(this::tap))
                .post(gate + "/arm", acting(this::arm))
                .post(gate + "/tailgate", acting(this::tailgate))
                .post(gate + "/rex", acting(this::rex))
                .post(gate + "/fire", acting(this::fire))
                .post(gate + "/cable", acting(this::cable))
                .post(gate + "/power", acting(this::power))
                .post(gate + "/clock", acting(this::clock))
                .post(
                        ROOT + "/passes",
                        acting(request -> bench().newPass(Words.of(request).text("pass.note"))))
                .post(ROOT + "/workers", acting(this::workers))
                .post(ROOT + "/register/cards/{number}/status", acting(this::change));
    }

    private SiteState siteState() throws Refusal {
        Bench bench = bench();
        return new SiteState(
                bench.gates().stream().map(SimulatedGate::state).toList(), bench.areWorkersActive(), bench.onSite());
    }

    private List<CardState> cards() throws Refusal {
        Bench bench = bench();
        return bench.people().values().stream()
                .map(each -> new CardState(
                        each.card().digits(),
                        each.name(),
                        each.employer(),
                        bench.isExpired(each) ? "EXPIRED" : "CARD",
                        bench.site().register().status(each.card()).name(),
                        bench.inside().contains(each.card())))
                .toList();
    }

    private Object tap(ServerRequest request) throws Refusal, InterruptedException {
        SimulatedGate gate = poweredGate(request);
        WorkbenchOrders.Shown shown = WorkbenchOrders.tap(body(request));
        bench().handActs();
        GateAnswer answer = switch (shown) {
            case WorkbenchOrders.Shown.Card(CardNumber number) -> gate.tap(bench().card(number));
            case WorkbenchOrders.Shown.Chip(String uid) -> gate.tap(bench().uidCard(uid));
            case WorkbenchOrders.Shown.Code(String text) -> gate.show(bench().code(text));
            case WorkbenchOrders.Shown.Broken(WorkbenchOrders.Fault fault) -> gate.show(bench().fault(fault));
        };
        return said(answer, Sayings.ofTap(Words.of(request), answer));
    }

    private Object arm(ServerRequest request) throws Refusal, InterruptedException {
        SimulatedGate gate = gate(request);
        bench().handActs();
        GateAnswer answer = gate.pushArm();
        return said(answer, Sayings.ofTurn(Words.of(request), answer));
    }

    private Object tailgate(ServerRequest request) throws Refusal, InterruptedException {
        SimulatedGate gate = gate(request);
        bench().handActs();
        List<GateAnswer> passages = gate.tailgate();
        return said(Map.of("gate", gate.name(), "passages", passages), Sayings.ofTailgate(Words.of(request), passages));
    }

    private Object rex(ServerRequest request) throws Refusal {
        SimulatedGate gate = gate(request);
        bench().handActs();
        gate.turnstile().pressRex();
        return free(gate, Words.of(request).text(gate.hasPower() ? "say.rex" : "say.rex-dark"));
    }

    private Object fire(ServerRequest request) throws Refusal, InterruptedException {
        SimulatedGate gate = gate(request);
        boolean active = WorkbenchOrders.active(body(request));
        gate.fire(active);
        return free(gate, Words.of(request).text(active ? "say.fire" : "say.fire-over"));
    }

    private Object cable(ServerRequest request) throws Refusal {
        SimulatedGate gate = gate(request);
        boolean in = WorkbenchOrders.in(body(request));
        gate.plugCable(in);
        return said(gate.state(), Words.of(request).text(in ? "say.cable-in" : "say.cable-out"));
    }

    private Object power(ServerRequest request) throws Refusal, IOException {
        SimulatedGate gate = gate(request);
        boolean on = WorkbenchOrders.on(body(request));
        if (on) {
            gate.start();
        } else {
            gate.cutPower();
        }
        return said(gate.state(), Words.of(request).text(on ? "say.power-on" : "say.power-off"));
    }

    private Object clock(ServerRequest request) throws Refusal {
        SimulatedGate gate = gate(request);
        WorkbenchOrders.Winding winding = WorkbenchOrders.winding(body(request));
        gate.windClock(
                winding.ahead().orElse(gate.clockAhead()),
                winding.synchronised().orElse(gate.state().clock().synchronised()));
        return said(gate.state(), Sayings.ofClock(Words.of(request), gate.state()));
    }

    private Object workers(ServerRequest request) throws Refusal {
        bench().setWorkersActive(WorkbenchOrders.active(body(request)));
        return Map.of("active", bench().areWorkersActive());
    }

    private Object change(ServerRequest request) throws Refusal, IOException, InterruptedException {
        CardNumber card = WorkbenchOrders.card(request.path().pathParameters().get("number"));
        CardStatus status = WorkbenchOrders.status(body(request));
        SimulatedSite.Spread spread = bench().pushByHand(card, status);
        return said(spread, Sayings.ofSpread(Words.of(request), spread, bench().gateNames()));
    }

    private SimulatedGate gate(ServerRequest request) throws Refusal {
        String name = request.path().pathParameters().get("gate");
        Bench bench = bench();
        return bench.gate(name)
                .orElseThrow(
                        () -> new Refusal(Status.NOT_FOUND_404, "gate", name, String.join(", ", bench.gateNames())));
    }

    private SimulatedGate poweredGate(ServerRequest request) throws Refusal {
        SimulatedGate gate = gate(request);
        if (!gate.hasPower()) {
            throw new Refusal(Status.CONFLICT_409, "no-power", gate.name());
        }
        return gate;
    }

    private static Object free(SimulatedGate gate, String said) {
        return said(Map.of("gate", gate.name(), "free", gate.turnstile().isFree()), said);
    }

    /** The answer, and beside it what it means, for people. */
    private static Object said(Object answer, String said) {
        ObjectNode node = WorkbenchOrders.JSON.valueToTree(answer);
        node.put("say", said);
        return node;
    }

    private static byte[] body(ServerRequest request) {
        return request.content().as(byte[].class);
    }

    private Handler acting(Answering answering) {
        return answering(OwnPage::mayAct, answering);
    }

    private Handler looking(Answering answering) {
        return answering(OwnPage::mayLook, answering);
    }

    private static Handler answering(Checking checking, Answering answering) {
        return (request, response) -> {
            try {
                checking.check(request);
                send(response, Status.OK_200, "application/json", answering.to(request));
            } catch (Refusal e) {
                refuse(request, response, e);
            } catch (IOException e) {
                LOG.warn("The workbench could not do {}", request.path().path(), e);
                problem(
                        response,
                        Status.BAD_GATEWAY_502,
                        Words.of(request).text("refused.failed", String.valueOf(e.getMessage())));
            }
        };
    }

    static void refuse(ServerRequest request, ServerResponse response, Refusal refusal) {
        problem(response, refusal.status(), refusal.words(Words.of(request)));
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
            response.status(status)
                    .header(HeaderNames.CONTENT_TYPE, type)
                    .send(WorkbenchOrders.JSON.writeValueAsBytes(body));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an answer that cannot be written as JSON", e);
        }
    }
}
