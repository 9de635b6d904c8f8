package portvakt.server.web;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import portvakt.server.port.SiteList;
import portvakt.server.port.SiteList.Version;
import portvakt.server.web.export.SiteListFile;
import portvakt.server.web.view.SiteListView;
import portvakt.server.web.view.SiteListWording;
import portvakt.server.web.view.Texts;

/** The site's list as files, for those who take it along. */
final class SiteListFiles {

    static final List<String> FORMATS = List.of("pdf", "xlsx");

    private SiteListFiles() {}

    /** @param format one of {@link #FORMATS} @param by who takes it @param marks what else is to be said of a row @return how many people are in it */
    static void send(
            ServerResponse response,
            String format,
            SiteList list,
            PrivacyDesk.Site site,
            List<Version> rows,
            Texts texts,
            String by,
            Instant now,
            Function<Version, List<String>> marks) {
        Texts there = texts.in(site.zone());
        SiteListWording wording = new SiteListWording(there);
        SiteListView.Sheet sheet =
                wording.sheet(site.name(), site.title(), list.facts(site.name()), rows, _ -> "", marks);
        Optional<SiteList.Check> check = list.lastCheck(site.name());
        SiteListFile file = new SiteListFile(
                sheet,
                List.of(
                        there.text("site-list.made", there.dateAndTime(now), by),
                        check.map(wording::checked).orElseGet(() -> there.text("site-list.never-checked"))));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            if (format.equals("pdf")) {
                file.pdf(bytes);
            } else {
                file.xlsx(bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the list was not written", e);
        }
        response.header(
                        HeaderNames.CONTENT_TYPE,
                        format.equals("pdf")
                                ? "application/pdf"
                                : "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
                .header(
                        HeaderNames.CONTENT_DISPOSITION,
                        "attachment; filename=\"site-list-" + site.name() + "-" + site.day(now) + "." + format + "\"");
        response.send(bytes.toByteArray());
    }
}
