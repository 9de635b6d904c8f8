package portvakt.server.web.view;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import portvakt.protocol.CardNumber;
import portvakt.server.port.SiteList.Check;
import portvakt.server.port.SiteList.Facts;
import portvakt.server.port.SiteList.Link;
import portvakt.server.port.SiteList.Person;
import portvakt.server.port.SiteList.Version;

/** Puts the site's list into the words of one language. Immutable. */
public final class SiteListWording {

    private final Texts texts;

    public SiteListWording(Texts texts) {
        this.texts = texts;
    }

    /** @param url of a row; gives an empty one where it has no page @param marks what else is to be said of a row */
    public SiteListView.Sheet sheet(
            String site,
            String title,
            Optional<Facts> facts,
            List<Version> rows,
            Function<Version, String> url,
            Function<Version, List<String>> marks) {
        return new SiteListView.Sheet(
                texts,
                site,
                title,
                facts.map(Facts::address).filter(text -> !text.isEmpty()),
                facts.map(Facts::client).filter(text -> !text.isEmpty()),
                facts.flatMap(Facts::endedOn).map(day -> texts.text("site-list.ended", day(day))),
                rows.stream()
                        .map(row -> row(row, url.apply(row), marks.apply(row)))
                        .toList());
    }

    public SiteListView.Row row(Version version, String url, List<String> marks) {
        Person person = version.person();
        return new SiteListView.Row(
                url,
                person.name(),
                day(person.born()),
                person.employer(),
                person.organisation().grouped(),
                texts.text("site-list.engagement." + person.engagement()),
                person.hirer()
                        .map(hirer -> hirer.name() + ", " + hirer.organisation().grouped()),
                person.card().map(CardNumber::digits).orElseGet(() -> texts.text("site-list.on-order")),
                marks);
    }

    /** {@code 31.01.1990} or {@code 31 Jan 1990}. */
    public String day(LocalDate day) {
        return texts.day(day);
    }

    public SiteListRowView.VersionLine version(Version version) {
        List<String> content = new ArrayList<>();
        SiteListView.Row row = row(version, "", List.of());
        content.add(row.name());
        content.add(row.born());
        content.add(row.employer() + " (" + row.organisation() + ")");
        content.add(row.engagement());
        row.hirer().ifPresent(content::add);
        content.add(row.card());
        return new SiteListRowView.VersionLine(
                texts.text(
                        "site-list.change." + version.change() + "." + version.source(),
                        version.author(),
                        texts.dateAndTime(version.at())),
                String.join(" · ", content));
    }

    public String checked(Check check) {
        return texts.text("site-list.checked", check.account(), texts.dateAndTime(check.at()));
    }

    public SiteListView.LinkLine link(Link link, String revokeUrl, Instant now) {
        String state = link.revokedAt()
                .map(at -> texts.text("site-list.link.revoked", link.revokedBy().orElse(""), texts.dateAndTime(at)))
                .orElseGet(() -> texts.text(
                        link.opens(now) ? "site-list.link.opens" : "site-list.link.expired",
                        texts.dateAndTime(link.expiresAt())));
        return new SiteListView.LinkLine(
                texts.text("site-list.link.line", link.id(), link.madeBy(), texts.dateAndTime(link.madeAt())),
                state,
                link.opens(now) ? Optional.of(revokeUrl) : Optional.empty());
    }
}
