package portvakt.server.web;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import portvakt.server.port.SiteList.Person;
import portvakt.server.web.PersonFields.Fault;

/** People for the site's list out of a file: the first line names the columns, in English or Norwegian, in any order. */
final class SiteListCsv {

    static final int ROWS_MAX = 5_000;

    /** Faults that are told; a file that is wrong throughout is not told of line by line. */
    static final int FAULTS_MAX = 50;

    private static final Map<String, String> COLUMNS = new HashMap<>(); // asked, never walked

    static {
        name(PersonFields.NAME, "name", "navn");
        name(PersonFields.BORN, "birthdate", "født", "fødselsdato");
        name(PersonFields.EMPLOYER, "employer", "arbeidsgiver", "firma");
        name(PersonFields.ORGANISATION, "organisationnumber", "organisasjonsnummer", "orgnr");
        name(PersonFields.ENGAGEMENT, "engagement", "tilknytning");
        name(PersonFields.HIRER, "hirer", "innleievirksomhet");
        name(PersonFields.HIRER_ORGANISATION, "hirerorganisationnumber", "innleieorganisasjonsnummer", "innleieorgnr");
        name(PersonFields.CARD, "cardnumber", "kortnummer", "hmskortnummer");
    }

    private static void name(String field, String... columns) {
        for (String column : columns) {
            COLUMNS.put(column, field);
        }
    }

    /** @param number as an editor counts them */
    private record Line(long number, CSVRecord record) {}

    /** Something that is wrong with a line. @param field as the API names it */
    record LineFault(long line, String field, Fault fault) {}

    /** @param persons empty if there is any fault @param problem what is wrong with the file as a whole */
    record Read(List<Person> persons, List<LineFault> faults, Optional<Problem> problem) {}

    /** The message's key is {@code site-list.csv.} and this. */
    enum Problem {
        EMPTY("The file has no line with people. The first line names the columns."),
        NO_CSV("The file is no CSV: a line has more or fewer values than the first one, or a quote is not closed."),
        UNKNOWN_COLUMN(
                "The first line has to name the columns: name, birthDate, employer, organisationNumber, engagement, hirer,"
                        + " hirerOrganisationNumber, cardNumber. Each at most once; the first four have to be there."),
        TOO_MANY("The file has more than " + ROWS_MAX + " lines. Send it in parts."),
        SAME_CARD("Two lines have the same card number, which is one person's alone.");

        private final String detail;

        Problem(String detail) {
            this.detail = detail;
        }

        String detail() {
            return detail;
        }
    }

    private SiteListCsv() {}

    static Read read(String text, Pattern acceptedCardNumbers, LocalDate today) {
        // A spreadsheet marks UTF-8 so.
        String content = text.startsWith("\uFEFF") ? text.substring(1) : text;
        String head = content.lines().findFirst().orElse("");
        char delimiter = head.indexOf(';') >= 0 ? ';' : head.indexOf('\t') >= 0 ? '\t' : ',';
        CSVFormat format = CSVFormat.RFC4180
                .builder()
                .setDelimiter(delimiter)
                .setIgnoreEmptyLines(true)
                .get();
        try (CSVParser parser = CSVParser.parse(content, format)) {
            List<Line> records = new ArrayList<>();
            for (CSVRecord record : parser) {
                records.add(new Line(parser.getCurrentLineNumber(), record));
                if (records.size() > ROWS_MAX + 1) {
                    return wrong(Problem.TOO_MANY);
                }
            }
            if (records.size() < 2) {
                return wrong(Problem.EMPTY);
            }
            Optional<List<String>> columns = columns(records.getFirst().record);
            return columns.map(names -> read(records.subList(1, records.size()), names, acceptedCardNumbers, today))
                    .orElseGet(() -> wrong(Problem.UNKNOWN_COLUMN));
        } catch (IOException | UncheckedIOException e) {
            return wrong(Problem.NO_CSV);
        }
    }

    private static Read wrong(Problem problem) {
        return new Read(List.of(), List.of(), Optional.of(problem));
    }

    private static Optional<List<String>> columns(CSVRecord head) {
        List<String> names = new ArrayList<>();
        for (String column : head) {
            String field = COLUMNS.get(column.toLowerCase(Locale.ROOT).replaceAll("[\\s_.-]", ""));
            if (field == null || names.contains(field)) {
                return Optional.empty();
            }
            names.add(field);
        }
        boolean whole = names.containsAll(
                List.of(PersonFields.NAME, PersonFields.BORN, PersonFields.EMPLOYER, PersonFields.ORGANISATION));
        return whole ? Optional.of(names) : Optional.empty();
    }

    private static Read read(List<Line> records, List<String> columns, Pattern acceptedCardNumbers, LocalDate today) {
        List<Person> persons = new ArrayList<>();
        List<LineFault> faults = new ArrayList<>();
        for (Line line : records) {
            CSVRecord record = line.record;
            if (record.size() != columns.size()) {
                return wrong(Problem.NO_CSV);
            }
            SortedMap<String, String> values = new TreeMap<>();
            for (int i = 0; i < columns.size(); i++) {
                values.put(columns.get(i), record.get(i));
            }
            PersonFields.Read read = PersonFields.read(values, acceptedCardNumbers, today);
            read.person().ifPresent(persons::add);
            read.faults().forEach((field, fault) -> faults.add(new LineFault(line.number, field, fault)));
        }
        long cards = persons.stream().flatMap(person -> person.card().stream()).count();
        long different = persons.stream()
                .flatMap(person -> person.card().stream())
                .distinct()
                .count();
        if (cards != different) {
            return wrong(Problem.SAME_CARD);
        }
        return faults.isEmpty()
                ? new Read(persons, List.of(), Optional.empty())
                : new Read(List.of(), faults.stream().limit(FAULTS_MAX).toList(), Optional.empty());
    }
}
