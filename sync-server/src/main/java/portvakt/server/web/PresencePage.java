package portvakt.server.web;

import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import portvakt.protocol.CardNumber;
import portvakt.protocol.Direction;
import portvakt.server.port.EntryLog;
import portvakt.server.port.Presence;
import portvakt.server.port.Presence.Holder;
import portvakt.server.port.Presence.Outcome;
import portvakt.server.port.Principal;
import portvakt.server.port.Right;
import portvakt.server.web.view.PresenceBoardView;
import portvakt.server.web.view.PresenceWording;
import portvakt.server.web.view.Texts;

/** The page on which a site manager keeps the count of who is on a site right. Of use without any script. */
final class PresencePage {

    static final String PATH = "/presence";

    private static final Status UNPROCESSABLE = Status.create(422);
    private static final Duration SHOWN = Duration.ofDays(7);
    private static final int ROWS = 100;

    private final PresenceDesk desk;
    private final Presence presence;
    private final EntryLog log;
    private final SitePlaces places;
    private final PersonNotes notes;
    private final Pages pages;
    private final InstantSource clock;

    PresencePage(
            PresenceDesk desk, EntryLog log, SitePlaces places, PersonNotes notes, Pages pages, InstantSource clock) {
        this.notes = notes;
        this.desk = desk;
        this.presence = desk.presence();
        this.log = log;
        this.places = places;
        this.pages = pages;
        this.clock = clock;
    }

    List<Route> routes() {
        return List.of(
                Route.page(PATH, Right.SEE_PASSAGES, this::show),
                Route.form(PATH + "/corrections", Right.CORRECT_PRESENCE, this::correct),
                Route.form(PATH + "/undo", Right.CORRECT_PRESENCE, this::undo),
                Route.form(PATH + "/forgive", Right.CORRECT_PRESENCE, this::forgive));
    }

    private void show(ServerRequest request, ServerResponse response) {
        SitePlaces.Place site = SitePlaces.chosen(
                sites(request, Right.SEE_PASSAGES),
                request.query().first(Scope.SITE).asOptional());
        send(request, response, site, new PresenceBoardView.Form("", "OUT", "", "", ""), Optional.empty());
    }

    private List<SitePlaces.Place> sites(ServerRequest request, Right right) {
        return places.of(Authentication.principal(request), right);
    }

    private void correct(ServerRequest request, ServerResponse response) {
        take(request, response, (form, site) -> {
            Instant now = clock.instant();
            Optional<CardNumber> card = CardNumber.parse(form.value("card"), desk.acceptedCardNumbers());
            Optional<Direction> direction = switch (form.value("direction")) {
                case "IN" -> Optional.of(Direction.IN);
                case "OUT" -> Optional.of(Direction.OUT);
                default -> Optional.empty();
            };
            Optional<Instant> at = at(form.value("at"), site);
            Optional<String> reason = PresenceOrder.reason(form.value("reason"));
            if (card.isEmpty()) {
                return Optional.of("correct.error.card");
            }
            if (direction.isEmpty()
                    || at.filter(time -> PresenceOrder.isStatable(time, now)).isEmpty()) {
                return Optional.of("correct.error.at");
            }
            if (reason.isEmpty()) {
                return Optional.of("correct.error.reason");
            }
            presence.state(
                    site.name(),
                    new Holder.Card(card.get()),
                    direction.get(),
                    at.get(),
                    author(request),
                    reason.get(),
                    now);
            return Optional.empty();
        });
    }

    private static Optional<Instant> at(String local, SitePlaces.Place site) {
        try {
            return Optional.of(LocalDateTime.parse(local).atZone(site.zone()).toInstant());
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private void undo(ServerRequest request, ServerResponse response) {
        take(request, response, (form, site) -> {
            Optional<String> reason = PresenceOrder.reason(form.value("reason"));
            if (reason.isEmpty()) {
                return Optional.of("correct.error.reason");
            }
            String id = form.value("id");
            if (!id.matches("[0-9]{1,18}")) {
                return Optional.of("correct.error.undo");
            }
            return presence.undo(site.name(), Long.parseLong(id), author(request), reason.get(), clock.instant())
                            instanceof Outcome.Recorded
                    ? Optional.empty()
                    : Optional.of("correct.error.undo");
        });
    }

    private void forgive(ServerRequest request, ServerResponse response) {
        take(request, response, (form, site) -> {
            Optional<String> reason = PresenceOrder.reason(form.value("reason"));
            Optional<CardNumber> card = CardNumber.parse(form.value("card"), desk.acceptedCardNumbers());
            if (reason.isEmpty()) {
                return Optional.of("correct.error.reason");
            }
            if (card.isEmpty()) {
                return Optional.of("correct.error.card");
            }
            return presence.forgive(
                                    site.name(),
                                    new Holder.Card(card.get()),
                                    author(request),
                                    reason.get(),
                                    clock.instant())
                            instanceof Outcome.Recorded
                    ? Optional.empty()
                    : Optional.of("correct.error.forgive");
        });
    }

    /** @param order does what the form says, or names the text that says why not */
    private void take(
            ServerRequest request,
            ServerResponse response,
            BiFunction<Form, SitePlaces.Place, Optional<String>> order) {
        Optional<Form> sent = pages.form(request, response);
        if (sent.isEmpty()) {
            return;
        }
        Form form = sent.get();
        SitePlaces.Place site =
                SitePlaces.chosen(sites(request, Right.CORRECT_PRESENCE), Optional.of(form.value(Scope.SITE)));
        Optional<String> error = order.apply(form, site);
        if (error.isEmpty()) {
            Pages.redirect(response, url(site.name()));
            return;
        }
        response.status(UNPROCESSABLE);
        send(
                request,
                response,
                site,
                new PresenceBoardView.Form(
                        form.value("card"), form.value("direction"), form.value("at"), form.value("reason"), ""),
                error);
    }

    private void send(
            ServerRequest request,
            ServerResponse response,
            SitePlaces.Place site,
            PresenceBoardView.Form form,
            Optional<String> error) {
        Instant now = clock.instant();
        Principal principal = Authentication.principal(request);
        Texts texts = pages.texts(request).in(site.zone());
        Optional<String> name = Optional.of(site.name());
        boolean corrects = principal.may(Right.CORRECT_PRESENCE, site.name());
        PresenceWording wording = new PresenceWording(
                texts, Authentication.seesCardNumbers(request, name), corrects, notes.of(texts, principal), now);
        Reading.at(request, name);
        List<EntryLog.OnSite> people = log.onSite(name);
        Reading.shown(request, people.size(), now.minus(SHOWN), now);
        pages.send(
                response,
                "onsite",
                new PresenceBoardView(
                        pages.frame(request, response, PATH),
                        sites(request, Right.SEE_PASSAGES).stream()
                                .map(this::view)
                                .toList(),
                        view(site),
                        corrects,
                        people.stream().map(wording::person).toList(),
                        presence.checkOuts(name, now.minus(SHOWN), ROWS).stream()
                                .map(wording::line)
                                .toList(),
                        presence.doubleEntries(name, now.minus(SHOWN), ROWS).stream()
                                .map(wording::line)
                                .toList(),
                        presence.corrections(name, Long.MAX_VALUE, ROWS).stream()
                                .map(wording::line)
                                .toList(),
                        new PresenceBoardView.Form(
                                form.card(),
                                form.direction(),
                                form.at().isEmpty() ? texts.localDateTime(now) : form.at(),
                                form.reason(),
                                texts.localDateTime(now)),
                        error.map(texts::text)));
    }

    private PresenceBoardView.Site view(SitePlaces.Place site) {
        return new PresenceBoardView.Site(
                site.name(),
                site.title(),
                url(site.name()),
                desk.find(site.name()).map(PresenceDesk.Site::deniesTwice).orElse(false));
    }

    private static String url(String site) {
        return PATH + "?site=" + site;
    }

    private static String author(ServerRequest request) {
        return Authentication.principal(request).name();
    }
}
