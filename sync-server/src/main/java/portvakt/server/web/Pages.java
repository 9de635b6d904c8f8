package portvakt.server.web;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import portvakt.server.port.Principal;
import portvakt.server.port.Right;
import portvakt.server.web.view.PageFrame;
import portvakt.server.web.view.Texts;

/** What every page is made with. Safe for any thread. */
record Pages(Cookies cookies, Languages languages, Templates templates, StaticFiles files) {

    /** The menu: each page, the text of its link, and what it takes to see it. */
    private enum Place {
        LOG(ConsolePage.PATH, "nav.log", Right.SEE_PASSAGES),
        PRESENCE(PresencePage.PATH, "nav.presence", Right.SEE_PASSAGES),
        SEARCH(LogPage.PATH, "nav.search", Right.SEE_PASSAGES),
        MUSTER(MusterPages.PATH, "nav.muster", Right.HOLD_MUSTER),
        PASSES(PassPages.PATH, "nav.passes", Right.ISSUE_PASSES),
        CARDS(CardPages.PATH, "nav.cards", Right.SEE_CARDS),
        GATES(GatePages.PATH, "nav.gates", Right.SEE_GATES),
        LISTS(ListsPage.PATH, "nav.lists", Right.SEE_GATES),
        SETTINGS(SettingsPage.PATH, "nav.settings", Right.MANAGE_SITE),
        SITE_LIST(SiteListPage.PATH, "nav.site-list", Right.SEE_SITE_LIST),
        PRIVACY(PrivacyPages.PATH, "nav.privacy", Right.HANDLE_PRIVACY),
        AUDIT(AuditPage.PATH, "nav.audit", Right.SEE_AUDIT),
        USERS(UsersPage.PATH, "nav.users", Right.MANAGE_ACCOUNTS);

        private final String path;
        private final String text;
        private final Right right;

        Place(String path, String text, Right right) {
            this.path = path;
            this.text = text;
            this.right = right;
        }

        boolean holds(String page) {
            return page.equals(path) || (!path.equals("/") && page.startsWith(path + "/"));
        }
    }

    /** Where somebody begins: the first page of the menu that they may see. */
    static Optional<String> start(Principal principal) {
        return Arrays.stream(Place.values())
                .filter(place -> principal.may(place.right))
                .map(place -> place.path)
                .findFirst();
    }

    Texts texts(ServerRequest request) {
        return languages.texts(request);
    }

    /** @param page the path of the page, which the language switch returns to */
    PageFrame frame(ServerRequest request, ServerResponse response, String page) {
        return frame(request, response, page, request.context().get(Principal.class));
    }

    /** Of somebody whose session has just ended. */
    PageFrame frameAfterwards(ServerRequest request, ServerResponse response, String page) {
        return frame(request, response, page, Optional.empty());
    }

    private PageFrame frame(
            ServerRequest request, ServerResponse response, String page, Optional<Principal> principal) {
        Texts texts = texts(request);
        response.header(HeaderNames.VARY, "Cookie, Accept-Language");
        return new PageFrame(
                texts,
                files::url,
                FormToken.of(cookies.formSecret(request, response)),
                page,
                principal.map(Principal::name),
                principal.map(who -> menu(who, page, texts)).orElse(List.of()));
    }

    private static List<PageFrame.Link> menu(Principal principal, String page, Texts texts) {
        return Arrays.stream(Place.values())
                .filter(place -> principal.may(place.right))
                .map(place -> new PageFrame.Link(
                        place.path,
                        texts.text(place.text),
                        place.path.equals(page) ? "page" : place.holds(page) ? "true" : ""))
                .toList();
    }

    void send(ServerResponse response, String template, Object model) {
        templates.send(response, template, model);
    }

    String render(String template, Object model) {
        return templates.render(template, model);
    }

    /** The form that was sent; empty if it did not come from one of our own pages, which is answered then. */
    Optional<Form> form(ServerRequest request, ServerResponse response) {
        Form form = Form.of(request);
        if (form.isForged(cookies)) {
            Form.refuse(response);
            return Optional.empty();
        }
        return Optional.of(form);
    }

    static void redirect(ServerResponse response, String to) {
        response.status(Status.SEE_OTHER_303).header(HeaderNames.LOCATION, to).send();
    }
}
