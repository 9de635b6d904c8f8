package portvakt.server.web;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import portvakt.protocol.CardNumber;
import portvakt.server.port.OrganisationNumber;
import portvakt.server.port.SiteList;
import portvakt.server.port.SiteList.Engagement;
import portvakt.server.port.SiteList.Hirer;
import portvakt.server.port.SiteList.Person;

/** One person of the site's list as somebody wrote them: in a form, a body or a line of a file. Says all that is wrong, not the first. */
final class PersonFields {

    static final String NAME = "name";
    static final String BORN = "birthDate";
    static final String EMPLOYER = "employer";
    static final String ORGANISATION = "organisationNumber";
    static final String ENGAGEMENT = "engagement";
    static final String HIRER = "hirer";
    static final String HIRER_ORGANISATION = "hirerOrganisationNumber";
    static final String CARD = "cardNumber";

    static final List<String> NAMES =
            List.of(NAME, BORN, EMPLOYER, ORGANISATION, ENGAGEMENT, HIRER, HIRER_ORGANISATION, CARD);

    private static final LocalDate EARLIEST = LocalDate.of(1900, 1, 1);

    /** Written on as many lines as people write it. */
    private static final Pattern IDENTITY_NUMBER = Pattern.compile("(?<![0-9])[0-9]{6}[ .-]?[0-9]{5}(?![0-9])");

    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

    /** As Norwegian spreadsheets write a day. */
    private static final DateTimeFormatter NORWEGIAN =
            DateTimeFormatter.ofPattern("d.M.uuuu").withResolverStyle(ResolverStyle.STRICT);

    /** What is wrong with a field. The message's key is {@code site-list.fault.} and this. */
    enum Fault {
        MISSING("is missing"),
        TOO_LONG("has more than " + SiteList.NAME_CHARS_MAX + " characters, or a line break"),
        IDENTITY_NUMBER(
                "holds what looks like a national identity number; the list needs the birth date alone, and the law"
                        + " (personopplysningsloven § 12) no more than it needs"),
        NO_DATE("is no day of the calendar between 1900 and today; write it as 1990-01-31 or 31.01.1990"),
        NO_ORGANISATION("is no organisation number: nine digits, of which the last checks the others"),
        NO_ENGAGEMENT("has to be EMPLOYEE, SOLE_TRADER or HIRED"),
        NO_CARD("is no card number; leave it empty while the card is on order"),
        NOT_HIRED("is for people who are hired in; leave it empty, or set engagement to HIRED");

        private final String detail;

        Fault(String detail) {
            this.detail = detail;
        }

        String detail() {
            return detail;
        }
    }

    /** @param person empty if there are faults @param faults by field */
    record Read(Optional<Person> person, SortedMap<String, Fault> faults) {}

    private final SortedMap<String, String> values = new TreeMap<>();
    private final SortedMap<String, Fault> faults = new TreeMap<>();

    private PersonFields(SortedMap<String, String> given) {
        NAMES.forEach(name -> values.put(name, given.getOrDefault(name, "").strip()));
    }

    /** @param given by name; what is missing is empty @param today nobody is born later */
    static Read read(SortedMap<String, String> given, Pattern acceptedCardNumbers, LocalDate today) {
        return new PersonFields(given).read(acceptedCardNumbers, today);
    }

    /** Whether a text holds one. */
    static boolean holdsIdentityNumber(String text) {
        return IDENTITY_NUMBER.matcher(text).find();
    }

    private Read read(Pattern acceptedCardNumbers, LocalDate today) {
        values.forEach((name, text) -> {
            if (holdsIdentityNumber(text)) {
                faults.put(name, Fault.IDENTITY_NUMBER);
            } else if (text.length() > SiteList.NAME_CHARS_MAX
                    || CONTROL.matcher(text).find()) {
                faults.put(name, Fault.TOO_LONG);
            }
        });
        required(NAME);
        required(EMPLOYER);
        Optional<LocalDate> born = required(BORN) ? born(today) : Optional.empty();
        Optional<OrganisationNumber> organisation =
                required(ORGANISATION) ? organisation(ORGANISATION) : Optional.empty();
        Optional<Engagement> engagement = engagement();
        Optional<Hirer> hirer = hirer(engagement);
        Optional<CardNumber> card = card(acceptedCardNumbers);
        return new Read(
                faults.isEmpty()
                        ? Optional.of(new Person(
                                values.get(NAME),
                                born.orElseThrow(),
                                values.get(EMPLOYER),
                                organisation.orElseThrow(),
                                engagement.orElseThrow(),
                                hirer,
                                card))
                        : Optional.empty(),
                faults);
    }

    private boolean required(String name) {
        if (values.get(name).isEmpty()) {
            faults.putIfAbsent(name, Fault.MISSING);
        }
        return !faults.containsKey(name);
    }

    private Optional<LocalDate> born(LocalDate today) {
        Optional<LocalDate> born = day(values.get(BORN)).filter(day -> !day.isBefore(EARLIEST) && !day.isAfter(today));
        if (born.isEmpty()) {
            faults.put(BORN, Fault.NO_DATE);
        }
        return born;
    }

    /** A day as ISO 8601 or as Norwegians write it. */
    static Optional<LocalDate> day(String text) {
        return Stream.of(DateTimeFormatter.ISO_LOCAL_DATE, NORWEGIAN)
                .flatMap(format -> {
                    try {
                        return Stream.of(LocalDate.parse(text, format));
                    } catch (DateTimeException e) {
                        return Stream.empty();
                    }
                })
                .findFirst();
    }

    private Optional<OrganisationNumber> organisation(String name) {
        Optional<OrganisationNumber> number = OrganisationNumber.parse(values.get(name));
        if (number.isEmpty()) {
            faults.putIfAbsent(name, Fault.NO_ORGANISATION);
        }
        return number;
    }

    private Optional<Engagement> engagement() {
        Optional<Engagement> engagement = engagement(values.get(ENGAGEMENT));
        if (engagement.isEmpty()) {
            faults.putIfAbsent(ENGAGEMENT, Fault.NO_ENGAGEMENT);
        }
        return engagement;
    }

    /** In English as the API has it, or in Norwegian as a file may. */
    private static Optional<Engagement> engagement(String text) {
        return switch (text.toUpperCase(Locale.ROOT).replace(' ', '_').replace('-', '_')) {
            case "", "EMPLOYEE", "ANSATT" -> Optional.of(Engagement.EMPLOYEE);
            case "SOLE_TRADER", "ENMANNSBEDRIFT", "SELVSTENDIG" -> Optional.of(Engagement.SOLE_TRADER);
            case "HIRED", "INNLEID" -> Optional.of(Engagement.HIRED);
            default -> Optional.empty();
        };
    }

    private Optional<Hirer> hirer(Optional<Engagement> engagement) {
        if (engagement.filter(Engagement.HIRED::equals).isEmpty()) {
            for (String name : List.of(HIRER, HIRER_ORGANISATION)) {
                if (engagement.isPresent() && !values.get(name).isEmpty()) {
                    faults.putIfAbsent(name, Fault.NOT_HIRED);
                }
            }
            return Optional.empty();
        }
        boolean named = required(HIRER);
        Optional<OrganisationNumber> organisation =
                required(HIRER_ORGANISATION) ? organisation(HIRER_ORGANISATION) : Optional.empty();
        return named ? organisation.map(number -> new Hirer(values.get(HIRER), number)) : Optional.empty();
    }

    private Optional<CardNumber> card(Pattern accepted) {
        String text = values.get(CARD);
        if (text.isEmpty() || List.of("ON ORDER", "BESTILT").contains(text.toUpperCase(Locale.ROOT))) {
            return Optional.empty();
        }
        Optional<CardNumber> card = CardNumber.parse(text, accepted);
        if (card.isEmpty()) {
            faults.putIfAbsent(CARD, Fault.NO_CARD);
        }
        return card;
    }

    /** The fields of a person, as a form shows them again. */
    static SortedMap<String, String> of(Person person) {
        SortedMap<String, String> fields = new TreeMap<>();
        fields.put(NAME, person.name());
        fields.put(BORN, person.born().toString());
        fields.put(EMPLOYER, person.employer());
        fields.put(ORGANISATION, person.organisation().digits());
        fields.put(ENGAGEMENT, person.engagement().name());
        fields.put(HIRER, person.hirer().map(Hirer::name).orElse(""));
        fields.put(
                HIRER_ORGANISATION,
                person.hirer().map(hirer -> hirer.organisation().digits()).orElse(""));
        fields.put(CARD, person.card().map(CardNumber::digits).orElse(""));
        return fields;
    }

    /** {@code name is missing; …}. */
    static String details(SortedMap<String, Fault> faults) {
        List<String> details = new ArrayList<>();
        faults.forEach((name, fault) -> details.add(name + " " + fault.detail()));
        return String.join("; ", details);
    }
}
