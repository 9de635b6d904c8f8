package portvakt.server.web.view;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The page that searches the log.
 *
 * @param fields    of its form, in order
 * @param fault     what cannot be understood, and how to put it right
 * @param live      whether new rows that match come by themselves
 * @param streamUrl where they come from
 * @param newestId  the newest event of the log when the page was made
 * @param olderUrl  empty, or the page with the rows before these
 * @param asked     whether anything was asked, so that there is something to clear
 * @param apiQuery  the same question to the API: for the files
 * @param formats   kinds of files, the one that most people want first
 * @param exports   files that the reader has asked for, newest first
 */
public record LogView(
        PageFrame frame,
        List<Field> fields,
        Optional<String> fault,
        List<RowView> rows,
        boolean live,
        String streamUrl,
        long newestId,
        String olderUrl,
        boolean asked,
        String apiQuery,
        List<Format> formats,
        List<ExportView> exports) {

    /** What is asked, in a line: {@code Denied · Employer: Bygg AS}; empty where nothing is. */
    public String inForce() {
        return fields.stream()
                .filter(field -> !field.value().isEmpty())
                .map(Field::inForce)
                .collect(Collectors.joining(" · "));
    }

    /**
     * One field of the form.
     *
     * @param type    of an input; a field with options is a choice
     * @param options empty for an input
     * @param wrong   whether it is the one that cannot be understood
     */
    public record Field(String name, String label, String type, String value, List<Option> options, boolean wrong) {

        private String inForce() {
            return options.stream()
                    .filter(option -> option.value().equals(value))
                    .map(Option::text)
                    .findFirst()
                    .orElse(label + ": " + value);
        }
    }

    /** A kind of file. @param use what it is good for @param first whether it is chosen unless another is */
    public record Format(String name, String label, String use, boolean first) {}

    /** One thing to choose; the empty value stands for anything. */
    public record Option(String value, String text) {}
}
