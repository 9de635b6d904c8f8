package portvakt.server.web;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import portvakt.protocol.Assurance;
import portvakt.server.port.Lists;
import portvakt.server.port.PolicyChanges.Change;
import portvakt.server.web.SettingsDesk.Policy;
import portvakt.server.web.SettingsDesk.Site;
import portvakt.server.web.SettingsDesk.Stay;
import portvakt.server.web.view.SettingsView;
import portvakt.server.web.view.SettingsView.Age;
import portvakt.server.web.view.SettingsView.Row;
import portvakt.server.web.view.SettingsView.Section;
import portvakt.server.web.view.Texts;

/** Puts settings into the words of one language. Immutable. */
record SettingsWords(Texts texts, SettingsDesk desk) {

    private static final List<String> ACTIONS = List.of("GRANT", "GRANT_FLAGGED", "ATTENDED_ONLY", "DENY");

    /** What becomes of a card that is on no list, by the age of the list. */
    List<Age> ages(Policy policy) {
        List<Age> ages = new ArrayList<>();
        ages.add(age(texts.text("settings.age.fresh", texts.duration(policy.fresh())), "GRANT"));
        ages.add(age(
                texts.text("settings.age.between", texts.duration(policy.fresh()), texts.duration(policy.grace())),
                policy.whenGrace()));
        boolean never = policy.closed().isZero();
        ages.add(age(
                never
                        ? texts.text("settings.age.over", texts.duration(policy.grace()))
                        : texts.text(
                                "settings.age.between",
                                texts.duration(policy.grace()),
                                texts.duration(policy.closed())),
                policy.whenStale()));
        if (!never) {
            ages.add(age(texts.text("settings.age.over", texts.duration(policy.closed())), "DENY"));
        }
        ages.add(age(texts.text("settings.age.none"), policy.whenNone()));
        return ages;
    }

    private Age age(String age, String action) {
        String css = switch (action) {
            case "GRANT" -> "good";
            case "DENY" -> "bad";
            default -> "warn";
        };
        return new Age(age, texts.text("settings.action." + action), css);
    }

    Section policy(Policy policy) {
        Policy usual = desk.byDefault().policy();
        return new Section(
                texts.text("settings.policy"),
                List.of(
                        row(
                                "policy.minimumAssurance",
                                texts.text("assurance." + policy.minimumAssurance()),
                                policy.minimumAssurance() == usual.minimumAssurance()),
                        row(
                                "policy.grantOnUntrustedClock",
                                texts.text("settings.yes." + policy.grantOnUntrustedClock()),
                                policy.grantOnUntrustedClock() == usual.grantOnUntrustedClock()),
                        row(
                                "policy.attendedGates",
                                policy.attendedGates().isEmpty()
                                        ? texts.text("settings.none")
                                        : String.join(", ", policy.attendedGates()),
                                policy.attendedGates().equals(usual.attendedGates()))));
    }

    Section stay(Stay stay) {
        Stay usual = desk.byDefault().stay();
        return new Section(
                texts.text("settings.stay"),
                List.of(
                        row(
                                "presence.antiPassback",
                                texts.text("settings.passback." + stay.antiPassback()),
                                stay.antiPassback().equals(usual.antiPassback())),
                        row(
                                "presence.antiPassbackForgets",
                                texts.duration(stay.antiPassbackForgets()),
                                stay.antiPassbackForgets().equals(usual.antiPassbackForgets())),
                        row(
                                "presence.checkOutAt",
                                stay.checkOutAt().map(Object::toString).orElse(texts.text("settings.never")),
                                stay.checkOutAt().equals(usual.checkOutAt())),
                        row(
                                "presence.longestStay",
                                stay.longestStay().map(texts::duration).orElse(texts.text("settings.never")),
                                stay.longestStay().equals(usual.longestStay())),
                        row("presence.zone", stay.zone().getId(), stay.zone().equals(usual.zone()))));
    }

    Section server(Site site, List<String> lists) {
        String shown = lists.stream()
                .filter(list -> !list.startsWith(Lists.SITE_PREFIX) || list.equals(CardDesk.listOf(site.name())))
                .collect(Collectors.joining(", "));
        return new Section(
                texts.text("settings.server"),
                List.of(
                        row("cardNumberPattern", desk.acceptedCardNumbers().pattern(), false),
                        row("list", shown, false),
                        fact("languages"),
                        fact("retention")));
    }

    /** @param key as the settings call it */
    private Row row(String key, String value, boolean byDefault) {
        return new Row(texts.text("settings." + key), key, value, texts.text("settings." + key + ".why"), byDefault);
    }

    /** What is no setting. */
    private Row fact(String key) {
        return new Row(
                texts.text("settings." + key),
                "",
                texts.text("settings." + key + ".value"),
                texts.text("settings." + key + ".why"),
                false);
    }

    List<SettingsView.Choice> actions(String chosen) {
        return choices(ACTIONS.stream(), "settings.action.", chosen);
    }

    List<SettingsView.Choice> assurances(String chosen) {
        return choices(Arrays.stream(Assurance.values()).map(Assurance::name), "assurance.", chosen);
    }

    private List<SettingsView.Choice> choices(Stream<String> values, String key, String chosen) {
        return values.map(value -> new SettingsView.Choice(value, texts.text(key + value), value.equals(chosen)))
                .toList();
    }

    String change(Change change, Instant now) {
        return texts.text(
                change.policy().isPresent() ? "settings.change.set" : "settings.change.back",
                texts.moment(change.at(), now),
                change.author(),
                change.reason());
    }
}
