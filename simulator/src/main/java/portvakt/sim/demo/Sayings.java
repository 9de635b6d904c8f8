package portvakt.sim.demo;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import portvakt.sim.site.GateAnswer;
import portvakt.sim.site.GateState;
import portvakt.sim.site.SimulatedSite;

/** What an answer of the workbench means, in a sentence. */
final class Sayings {

    private Sayings() {}

    static String ofTap(Words words, GateAnswer answer) {
        if (answer.decision().isEmpty()) {
            return words.text("say.nothing-decided");
        }
        if (answer.reason().isEmpty()) {
            return words.text("say.granted");
        }
        return words.text("say.denied", words.text("reason." + answer.reason().get() + ".title"));
    }

    static String ofTurn(Words words, GateAnswer answer) {
        if (answer.turned().filter(turned -> !turned).isPresent()) {
            return words.text("say.stuck");
        }
        return answer.passage()
                .map(passage -> passage.equals("TAKEN")
                        ? words.text("say.taken")
                        : words.text(
                                "say.unattributed",
                                words.text("cause." + answer.cause().orElse("FORCED"))))
                .orElseGet(() -> words.text("say.turned-dark"));
    }

    static String ofTailgate(Words words, List<GateAnswer> passages) {
        return passages.stream().map(each -> ofTurn(words, each)).collect(Collectors.joining(" "));
    }

    static String ofClock(Words words, GateState state) {
        return words.text(state.clock().synchronised() ? "say.clock" : "say.clock-unsure");
    }

    /** In how many milliseconds each gate knew of a change; of those that did not hear, that they did not. */
    static String ofSpread(Words words, SimulatedSite.Spread spread, Set<String> gates) {
        if (spread.httpStatus() != 202) {
            return words.text("say.not-taken", spread.httpStatus());
        }
        if (spread.appliedMs().isEmpty() && spread.unchanged()) {
            return words.text("say.unchanged");
        }
        return gates.stream()
                .map(gate -> spread.appliedMs().containsKey(gate)
                        ? words.text(
                                "say.knew",
                                gateName(words, gate),
                                spread.appliedMs().get(gate))
                        : words.text("say.knew-not", gateName(words, gate)))
                .collect(Collectors.joining(" · "));
    }

    /** A gate's name as people say it. */
    static String gateName(Words words, String gate) {
        return words.has("gate." + gate) ? words.text("gate." + gate) : gate;
    }

    static String ahead(Words words, long minutes) {
        if (minutes == 0) {
            return words.text("clock.right");
        }
        long hours = Math.abs(minutes) / 60;
        return words.text(minutes > 0 ? "clock.ahead" : "clock.behind", words.duration(Duration.ofHours(hours)));
    }
}
