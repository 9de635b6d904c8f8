package portvakt.server.web.view;

import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import portvakt.server.port.PersonalData.Item;
import portvakt.server.port.PersonalData.Part;
import portvakt.server.port.PrivacyCases.Case;
import portvakt.server.port.RowCorrections.About;
import portvakt.server.port.RowCorrections.Correction;

/** Puts what is held about a person into the words of one language. Immutable. */
public final class PersonWording {

    private static final int SOON_DAYS = 7;

    private final Texts texts;

    public PersonWording(Texts texts) {
        this.texts = texts;
    }

    public List<PersonDataView.Part> parts(List<Item> items, List<Correction> corrections) {
        List<PersonDataView.Part> parts = new ArrayList<>();
        for (Part part : Part.values()) {
            List<PersonDataView.Line> lines = items.stream()
                    .filter(item -> item.part() == part)
                    .map(item -> line(item, corrections))
                    .toList();
            parts.add(new PersonDataView.Part(texts.text("person.part." + part), lines));
        }
        return parts;
    }

    private PersonDataView.Line line(Item item, List<Correction> corrections) {
        Optional<About> about = about(item.part());
        List<String> marks = corrections.stream()
                .filter(each -> about.equals(Optional.of(each.about()))
                        && Long.toString(each.row()).equals(item.facts().get("row_number")))
                .map(each -> texts.text("corrected", each.words(), each.author(), texts.dateAndTime(each.at())))
                .toList();
        return new PersonDataView.Line(
                item.at().map(texts::dateAndTime).orElse(""),
                kind(item),
                item.facts().entrySet().stream().map(this::fact).collect(Collectors.joining(" · ")),
                marks);
    }

    /** What of it can be corrected. */
    public static Optional<About> about(Part part) {
        return switch (part) {
            case LOG -> Optional.of(About.LOG);
            case SITE_LIST -> Optional.of(About.LIST);
            default -> Optional.empty();
        };
    }

    private String kind(Item item) {
        return Stream.of("kind." + item.kind(), "pass.kind." + item.kind(), "person.kind." + item.kind())
                .filter(texts::has)
                .findFirst()
                .map(texts::text)
                .orElse(item.kind());
    }

    private String fact(Map.Entry<String, String> fact) {
        String key = "person.field." + fact.getKey();
        return (texts.has(key) ? texts.text(key) : fact.getKey()) + ": " + value(fact.getValue());
    }

    private String value(String value) {
        if (value.endsWith("Z")) {
            try {
                return texts.dateAndTime(Instant.parse(value));
            } catch (DateTimeParseException e) {
                // A text that ends so.
                return value;
            }
        }
        String reason = "reason." + value + ".title";
        return texts.has(reason) ? texts.text(reason) : value;
    }

    /** The rows that can be corrected, the newest first. */
    public List<PersonDataView.Choice> choices(List<Item> items) {
        return items.reversed().stream()
                .filter(item -> about(item.part()).isPresent() && item.facts().containsKey("row_number"))
                .map(item -> new PersonDataView.Choice(
                        about(item.part()).get() + "-" + item.facts().get("row_number"),
                        item.at().map(texts::dateAndTime).orElse("") + " " + kind(item) + " "
                                + item.facts().getOrDefault("gate", item.facts().getOrDefault("name", ""))))
                .toList();
    }

    public String kind(Case each) {
        return texts.text("privacy.kind." + each.kind());
    }

    /** {@code 12 days left}, or how late it is. */
    public String left(Case each, LocalDate today) {
        long days = ChronoUnit.DAYS.between(today, each.dueOn());
        return days < 0
                ? texts.text("privacy.late", -days, texts.day(each.dueOn()))
                : texts.text("privacy.left", days, texts.day(each.dueOn()));
    }

    public String css(Case each, LocalDate today) {
        long days = ChronoUnit.DAYS.between(today, each.dueOn());
        return days < 0 ? "bad" : days <= SOON_DAYS ? "warn" : "good";
    }

    public PersonDataView.CaseLine caseLine(Case each, LocalDate today, String closeUrl) {
        return each.closing()
                .map(closing -> new PersonDataView.CaseLine(
                        what(each),
                        texts.text(
                                "privacy.decided." + closing.decision(), closing.by(), texts.dateAndTime(closing.at())),
                        "calm",
                        each.grounds(),
                        Optional.of(closing.answer()),
                        ""))
                .orElseGet(() -> new PersonDataView.CaseLine(
                        what(each), left(each, today), css(each, today), each.grounds(), Optional.empty(), closeUrl));
    }

    private String what(Case each) {
        return texts.text("privacy.case", each.id(), kind(each), texts.day(each.receivedOn()));
    }
}
