package portvakt.sim.demo;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import portvakt.protocol.DenialReason;
import portvakt.protocol.v1.DecisionEvidence;
import portvakt.protocol.v1.EventFacts;
import portvakt.protocol.v1.ListEvidence;
import portvakt.sim.site.GateEvent;
import portvakt.sim.site.GateState;

/**
 * A gate as the page shows it, all words ready.
 *
 * @param data  what the page's style goes by
 * @param text  by the place where it stands
 * @param turns of the arm
 * @param clock hours that it is ahead
 */
record GateView(
        String gate, Map<String, String> data, Map<String, String> text, int turns, long clock, List<Line> journal) {

    private static final int LINES = 8;

    /** A line of the journal. @param kind {@code good}, {@code bad}, {@code alarm} or {@code note} */
    record Line(long sequence, String time, String kind, String words) {}

    static GateView of(Words words, EventWording wording, GateState state, List<GateEvent> events) {
        Map<String, String> data = new TreeMap<>();
        Map<String, String> text = new TreeMap<>();
        relay(words, state, data, text);
        network(words, state, data, text);
        clock(words, state, data, text);
        decision(words, wording, events, data, text);
        List<Line> journal = events.reversed().stream()
                .limit(LINES)
                .map(event -> new Line(
                        event.sequence(),
                        words.time(Instant.ofEpochMilli(event.facts().getOccurredAtMs())),
                        wording.kind(event.facts()),
                        wording.line(event)))
                .toList();
        return new GateView(
                state.gate(), data, text, state.turns(), state.clock().aheadMinutes() / 60, journal);
    }

    private static void relay(Words words, GateState state, Map<String, String> data, Map<String, String> text) {
        String look = state.fire()
                ? "fire"
                : !state.power() ? "dark" : state.relay().equals("RELEASED") ? "released" : "locked";
        data.put("relay", look);
        data.put("power", state.power() ? "on" : "off");
        data.put("cable", state.cable() ? "in" : "out");
        data.put("fire", state.fire() ? "on" : "off");
        data.put("green", state.lamps().green() ? "on" : "off");
        data.put("red", state.lamps().red() ? "on" : "off");
        data.put("buzzer", state.lamps().buzzer() ? "on" : "off");
        text.put("relay", words.text("relay." + look));
        text.put("relay-hint", words.text("relay." + look + ".hint"));
        text.put("turns", words.text("turns", state.turns()));
        text.put("fire", words.text(state.fire() ? "act.fire-off" : "act.fire"));
        text.put("cable", words.text(state.cable() ? "act.cable-pull" : "act.cable-plug"));
        text.put("power", words.text(state.power() ? "act.power-cut" : "act.power-on"));
    }

    private static void network(Words words, GateState state, Map<String, String> data, Map<String, String> text) {
        Optional<GateState.Program> program = state.program();
        String net =
                program.isEmpty() ? "off" : program.get().online() ? "online" : state.cable() ? "trying" : "pulled";
        data.put("net", net);
        text.put("net", words.text("net." + net));
        text.put("queue", program.map(each -> words.text("queue", each.queue())).orElse(words.text("unknown")));
        data.put("queue", program.filter(each -> each.queue() > 0).isPresent() ? "waiting" : "empty");
        text.put(
                "lists",
                program.filter(each -> !each.lists().isEmpty())
                        .map(each -> each.lists().stream()
                                .map(list -> words.text(
                                        "list",
                                        list.list(),
                                        Long.toString(list.version()),
                                        words.duration(Duration.ofMillis(list.ageMs()))))
                                .collect(Collectors.joining("\n")))
                        .orElse(words.text(program.isEmpty() ? "unknown" : "list.none")));
    }

    private static void clock(Words words, GateState state, Map<String, String> data, Map<String, String> text) {
        data.put("sync", state.clock().synchronised() ? "on" : "off");
        String trust = state.program().map(GateState.Program::trust).orElse("");
        data.put("trust", trust.equals("SYNCHRONISED") ? "sure" : trust.isEmpty() ? "off" : "unsure");
        text.put(
                "clock",
                state.program()
                        .map(each ->
                                words.text("clock", words.moment(each.time()), words.text("trust." + each.trust())))
                        .orElse(words.text("unknown")));
        text.put("wound", Sayings.ahead(words, state.clock().aheadMinutes()));
        text.put("sync", words.text(state.clock().synchronised() ? "act.clock-unsync" : "act.clock-sync"));
    }

    private static void decision(
            Words words,
            EventWording wording,
            List<GateEvent> events,
            Map<String, String> data,
            Map<String, String> text) {
        Optional<GateEvent> last = events.reversed().stream()
                .filter(event ->
                        event.facts().hasAccessGranted() || event.facts().hasAccessDenied())
                .findFirst();
        data.put("decision", "none");
        text.put("decision", words.text("decision.none"));
        for (String key : List.of("cause", "remedy", "facts")) {
            text.put(key, "");
        }
        last.ifPresent(event -> decided(words, wording, event, data, text));
    }

    private static void decided(
            Words words, EventWording wording, GateEvent event, Map<String, String> data, Map<String, String> text) {
        EventFacts facts = event.facts();
        boolean granted = facts.hasAccessGranted();
        data.put("decision", granted ? "granted" : "denied");
        DecisionEvidence evidence = granted
                ? facts.getAccessGranted().getEvidence()
                : facts.getAccessDenied().getEvidence();
        if (granted) {
            List<Integer> flags = facts.getAccessGranted().getFlagsList();
            data.put("decision", flags.isEmpty() ? "granted" : "flagged");
            text.put("decision", words.text("decision.granted", wording.who(event)));
            if (!flags.isEmpty()) {
                String reason =
                        "reason." + DenialReason.ofCode(flags.getFirst()).name();
                text.put("cause", words.text("decision.flagged", words.text(reason + ".title")));
                text.put("remedy", words.text(reason + ".cause"));
            }
        } else {
            String reason = "reason."
                    + DenialReason.ofCode(facts.getAccessDenied().getReason()).name();
            text.put("decision", words.text("decision.denied", words.text(reason + ".title"), wording.who(event)));
            text.put("cause", words.text(reason + ".cause"));
            text.put("remedy", words.text(reason + ".remedy"));
        }
        List<String> parts = new ArrayList<>();
        parts.add(words.text("decision.at", words.time(Instant.ofEpochMilli(facts.getOccurredAtMs()))));
        parts.add(words.text("decision.took", TimeUnit.NANOSECONDS.toMicros(evidence.getDecideNs()) / 1000.0));
        for (ListEvidence list : evidence.getListsList()) {
            parts.add(words.text(
                    "list",
                    list.getList(),
                    Long.toString(list.getVersion()),
                    words.duration(Duration.ofMillis(list.getAgeMs()))));
        }
        text.put("facts", String.join(" · ", parts));
    }
}
