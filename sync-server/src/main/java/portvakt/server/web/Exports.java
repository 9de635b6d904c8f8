package portvakt.server.web;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import portvakt.server.port.EntryLog;
import portvakt.server.port.EntryLog.Filter;
import portvakt.server.port.Gates;
import portvakt.server.port.Gates.Gate;
import portvakt.server.port.Principal;
import portvakt.server.port.Right;
import portvakt.server.port.Sites;
import portvakt.server.web.export.ExportRows;
import portvakt.server.web.export.FileHead;
import portvakt.server.web.export.FilterWords;
import portvakt.server.web.view.Texts;

/** Where every export of the log begins, whether a program asks for it or a page. Safe for any thread. */
final class Exports {

    private final EntryLog log;
    private final Gates gates;
    private final PresenceDesk sites;
    private final InstantSource clock;

    Exports(EntryLog log, Gates gates, PresenceDesk sites, InstantSource clock) {
        this.log = log;
        this.gates = gates;
        this.sites = sites;
        this.clock = clock;
    }

    /** An export that may be made. @param head what stands above its rows */
    record Export(EntryLog log, Filter filter, FileHead head) {

        /** Opens the log at its present end. */
        ExportRows open() {
            return new ExportRows(log, filter);
        }
    }

    /**
     * Begins an export: the one place that knows who takes along what, in which form. The caller has made sure that they may ask by
     * that filter.
     */
    Export begin(Principal principal, Filter filter, ExportFormat format, Texts texts) {
        boolean whole = principal.may(Right.SEE_CARD_NUMBERS, filter.site());
        Sites theirs = principal.sites(Right.SEE_PASSAGES);
        List<String> siteNames = gates.all().stream()
                .map(Gate::site)
                .filter(theirs::include)
                .distinct()
                .sorted()
                .toList();
        List<String> made = new ArrayList<>();
        made.add(texts.text("export.made", texts.dateAndTime(clock.instant()), principal.name()));
        made.add(texts.text("export.zone", texts.zone().getId()));
        if (!whole) {
            made.add(texts.text("export.masked"));
        }
        Optional<String> site =
                filter.site().or(() -> siteNames.size() == 1 ? Optional.of(siteNames.getFirst()) : Optional.empty());
        return new Export(
                log,
                filter,
                new FileHead(
                        texts,
                        site.map(name -> texts.text("export.title", title(name)))
                                .orElseGet(() -> texts.text("export.title-all")),
                        new FilterWords(texts).of(filter),
                        made,
                        whole,
                        siteNames.size() > 1));
    }

    private String title(String site) {
        return sites.find(site).map(PresenceDesk.Site::title).orElse(site);
    }
}
