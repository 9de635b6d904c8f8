package portvakt.server.web;

import io.helidon.http.Method;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import portvakt.server.port.Principal;
import portvakt.server.port.Right;
import portvakt.server.web.view.CookiesView;
import portvakt.server.web.view.NoticeView;
import portvakt.server.web.view.PageFrame;
import portvakt.server.web.view.Texts;

/**
 * What everybody may know of how personal data is handled here. It says what the settings say and what the program does; where the
 * operator has said nothing, so does the page, and tells those who can change that.
 */
final class NoticePages {

    static final String PATH = "/privacy-notice";
    static final String COOKIES_PATH = "/cookies";

    private final PrivacyDesk desk;
    private final Authentication authentication;
    private final Pages pages;

    NoticePages(PrivacyDesk desk, Authentication authentication, Pages pages) {
        this.desk = desk;
        this.authentication = authentication;
        this.pages = pages;
    }

    List<Route> routes() {
        return List.of(Route.open(Method.GET, PATH, this::notice), Route.open(Method.GET, COOKIES_PATH, this::cookies));
    }

    /** With the menu of whoever is logged in. */
    private PageFrame frame(ServerRequest request, ServerResponse response, String path) {
        authentication.session(request).ifPresent(principal -> request.context().register(principal));
        return pages.frame(request, response, path);
    }

    private void notice(ServerRequest request, ServerResponse response) {
        PageFrame frame = frame(request, response, PATH);
        Texts texts = frame.texts();
        PrivacyDesk.Operator operator = desk.operator();
        List<NoticeView.Section> sections = new ArrayList<>();
        sections.add(section(
                texts,
                "controller",
                said(texts, operator.controller()),
                operator.contact()
                        .map(contact -> texts.text("notice.contact", contact))
                        .orElseGet(() -> texts.text("notice.contact", texts.text("notice.unsaid"))),
                operator.officer()
                        .map(officer -> texts.text("notice.officer", officer))
                        .orElse("")));
        sections.add(section(texts, "list", texts.text("notice.list.what"), texts.text("notice.list.why")));
        sections.add(section(
                texts,
                "passages",
                texts.text("notice.passages.what"),
                texts.text("notice.purpose", both(texts, operator.passagesPurpose())),
                texts.text("notice.basis", both(texts, operator.passagesBasis()))));
        sections.add(section(texts, "audit", texts.text("notice.audit.what", texts.period(operator.auditKept()))));
        sections.add(
                section(texts, "recipients", texts.text("notice.recipients.list"), both(texts, operator.recipients())));
        sections.add(section(
                texts,
                "rights",
                texts.text("notice.rights.what"),
                texts.text("notice.rights.list"),
                texts.text("notice.rights.how")));
        sections.add(section(texts, "complaint", both(texts, operator.complaints())));
        boolean mayChange = request.context()
                .get(Principal.class)
                .filter(principal -> principal.may(Right.MANAGE_SITE))
                .isPresent();
        pages.send(
                response,
                "notice",
                new NoticeView(
                        frame,
                        sections,
                        desk.sites().stream()
                                .map(site -> new NoticeView.Kept(
                                        site.title(),
                                        texts.text("notice.kept.passages", texts.period(site.passages())),
                                        texts.text("notice.kept.list", texts.period(site.list())),
                                        texts.text("notice.kept.passes", texts.period(site.passNotes()))))
                                .toList(),
                        mayChange ? missing(operator) : List.of()));
    }

    private static NoticeView.Section section(Texts texts, String name, String... paragraphs) {
        String title = name.equals("complaint") ? "notice.complaint" : "notice." + name + ".title";
        return new NoticeView.Section(
                texts.text(title),
                Stream.of(paragraphs).filter(text -> !text.isEmpty()).toList());
    }

    private static String said(Texts texts, Optional<String> text) {
        return text.orElseGet(() -> texts.text("notice.unsaid"));
    }

    private static String both(Texts texts, Optional<PrivacyDesk.InBoth> text) {
        return said(texts, text.map(given -> PrivacyPages.in(given, texts)));
    }

    /** An officer is not for everybody to have, so a missing one is nothing that is missing. */
    private static List<String> missing(PrivacyDesk.Operator operator) {
        List<String> missing = new ArrayList<>();
        if (operator.controller().isEmpty()) {
            missing.add("privacy.controller");
        }
        if (operator.contact().isEmpty()) {
            missing.add("privacy.contact");
        }
        if (operator.passagesPurpose().isEmpty()) {
            missing.add("privacy.passagesPurpose");
        }
        if (operator.passagesBasis().isEmpty()) {
            missing.add("privacy.passagesBasis");
        }
        if (operator.recipients().isEmpty()) {
            missing.add("privacy.recipients");
        }
        if (operator.complaints().isEmpty()) {
            missing.add("privacy.complaints");
        }
        return missing;
    }

    private void cookies(ServerRequest request, ServerResponse response) {
        PageFrame frame = frame(request, response, COOKIES_PATH);
        Texts texts = frame.texts();
        Cookies cookies = pages.cookies();
        pages.send(
                response,
                "cookies",
                new CookiesView(
                        frame,
                        List.of(
                                new CookiesView.Cookie(
                                        cookies.sessionName(),
                                        texts.text("cookies.session"),
                                        texts.text("cookies.until-closed")),
                                new CookiesView.Cookie(
                                        cookies.formName(),
                                        texts.text("cookies.form"),
                                        texts.text("cookies.until-closed")),
                                new CookiesView.Cookie(
                                        cookies.languageName(),
                                        texts.text("cookies.language"),
                                        texts.text("cookies.days", Cookies.LANGUAGE_KEPT.toDays())))));
    }
}
