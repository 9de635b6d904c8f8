package portvakt.server.web.view;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The list of byggherreforskriften § 15 of one site.
 *
 * @param places    the sites that its reader may choose between
 * @param keeps     whether the reader may change it
 * @param checked   who went through it last; {@code checkedToday} whether that was today
 * @param seen      whom gates have named that are not on it
 * @param form      what stands in the fields for a new row
 * @param errors    what was wrong with what was sent
 * @param links     for inspectors
 * @param newLink   the address of the link that was just made
 * @param csv       what stands in the field for a file
 * @param notice    that something was done
 */
public record SiteListView(
        PageFrame frame,
        List<PassesView.Place> places,
        Sheet sheet,
        boolean keeps,
        Optional<String> checked,
        boolean checkedToday,
        FactsForm facts,
        List<Seen> seen,
        PersonForm form,
        List<String> errors,
        List<LinkLine> links,
        Optional<String> newLink,
        String csv,
        Optional<String> notice) {

    /**
     * The list itself, as everybody sees it who may.
     *
     * @param ended when the work ended, in words
     */
    public record Sheet(
            Texts texts,
            String site,
            String title,
            Optional<String> address,
            Optional<String> client,
            Optional<String> ended,
            List<Row> rows) {

        public String text(String key, Object... arguments) {
            return texts.text(key, arguments);
        }
    }

    /**
     * @param url  of the row's own page; empty where there is none
     * @param card the number, or that it is on order
     * @param marks what else has to be said with the row
     */
    public record Row(
            String url,
            String name,
            String born,
            String employer,
            String organisation,
            String engagement,
            Optional<String> hirer,
            String card,
            List<String> marks) {}

    public record FactsForm(String address, String client, String endedOn, String latest) {}

    /** @param values of the fields by name @param wrong names of those that are wrong */
    public record PersonForm(String action, Map<String, String> values, List<String> wrong, String submit) {

        public String value(String name) {
            return values.getOrDefault(name, "");
        }

        public String invalid(String name) {
            return wrong.contains(name) ? "true" : null;
        }
    }

    /** @param addUrl fills the form with what is known */
    public record Seen(String name, String employer, String card, String addUrl) {}

    /** @param revokeUrl empty if it opens no more */
    public record LinkLine(String words, String state, Optional<String> revokeUrl) {}
}
