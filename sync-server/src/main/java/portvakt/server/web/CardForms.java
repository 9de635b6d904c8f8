package portvakt.server.web;

import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.protocol.Uid;
import portvakt.server.port.Enrolments;
import portvakt.server.port.Enrolments.Binding;
import portvakt.server.port.Enrolments.OnConflict;
import portvakt.server.port.Right;
import portvakt.server.web.CardPages.Last;
import portvakt.server.web.SitePlaces.Place;
import portvakt.server.web.view.CardWording;
import portvakt.server.web.view.CardsView;
import portvakt.server.web.view.Texts;

/** What is done on the pages about cards: chips are bound and set free, cards go onto the site's own list and off it. */
final class CardForms {

    private static final Logger LOG = LoggerFactory.getLogger(CardForms.class);
    private static final Status UNPROCESSABLE = Status.create(422);

    private final CardDesk desk;
    private final CardPages cards;
    private final CardPersonPage person;
    private final ChipStream stream;
    private final CardOrder order;
    private final Pages pages;
    private final InstantSource clock;

    CardForms(
            CardDesk desk,
            CardPages cards,
            CardPersonPage person,
            ChipStream stream,
            Pages pages,
            InstantSource clock) {
        this.desk = desk;
        this.cards = cards;
        this.person = person;
        this.stream = stream;
        this.order = new CardOrder(desk.register(), clock);
        this.pages = pages;
        this.clock = clock;
    }

    List<Route> routes() {
        return List.of(
                Route.form(CardPages.PATH + "/bind", Right.ENROL, this::bind),
                Route.form(CardPages.PATH + "/unbind", Right.ENROL, this::unbind),
                Route.form(CardPages.PATH + "/bar", Right.BAR_CARDS, this::bar),
                Route.form(CardPages.PATH + "/unbar", Right.BAR_CARDS, this::unbar));
    }

    /** One form that was sent, from where it came, and about which site. */
    private final class Sent {
        private final ServerRequest request;
        private final ServerResponse response;
        private final Form form;
        private final Place place;
        private final Texts texts;

        Sent(ServerRequest request, ServerResponse response, Form form, Right right) {
            this.request = request;
            this.response = response;
            this.form = form;
            this.place = SitePlaces.chosen(
                    desk.places().of(Authentication.principal(request), right), Optional.of(form.value(Scope.SITE)));
            this.texts = pages.texts(request);
        }

        String site() {
            return place.name();
        }

        String account() {
            return Authentication.principal(request).name();
        }

        Optional<CardNumber> card() {
            return CardNumber.parse(form.value("card"), desk.accepted());
        }

        /** Of the form that ends something, where passes count too. */
        Optional<CardNumber> anyCard() {
            return Optional.of(form.value("card"))
                    .filter(digits -> digits.matches("[0-9]{1,16}"))
                    .map(CardNumber::new);
        }

        Optional<Uid> uid() {
            try {
                return Optional.of(new Uid(form.value("uid")));
            } catch (IllegalArgumentException e) {
                return Optional.empty();
            }
        }

        private boolean isOfPerson() {
            return form.value("back").equals("card") && card().isPresent();
        }

        void done() {
            Pages.redirect(
                    response, isOfPerson() ? CardPages.url(site(), card().orElseThrow()) : CardPages.url(site()));
        }

        void refuse(String key, Object... arguments) {
            String text = texts.text(key, arguments);
            response.status(UNPROCESSABLE);
            if (isOfPerson()) {
                person.send(request, response, place, card().orElseThrow(), Optional.of(text));
            } else {
                cards.send(
                        request,
                        response,
                        place,
                        new Last(Optional.of(text), Optional.empty(), form.value("card"), form.value("reason")));
            }
        }

        void confirm(CardsView.Conflict conflict) {
            response.status(Status.CONFLICT_409);
            cards.send(request, response, place, new Last(Optional.empty(), Optional.of(conflict), "", ""));
        }
    }

    private Optional<Sent> sent(ServerRequest request, ServerResponse response, Right right) {
        return pages.form(request, response).map(form -> new Sent(request, response, form, right));
    }

    private void bind(ServerRequest request, ServerResponse response) {
        sent(request, response, Right.ENROL).ifPresent(this::bind);
    }

    private void bind(Sent sent) {
        Optional<Uid> uid = sent.uid();
        Optional<CardNumber> card = sent.card();
        if (uid.isEmpty()) {
            sent.refuse("chips.error.uid");
            return;
        }
        if (card.isEmpty()) {
            sent.refuse("correct.error.card");
            return;
        }
        OnConflict onConflict = sent.form.value("replace").equals("true") ? OnConflict.REPLACE : OnConflict.REFUSE;
        Binding binding =
                desk.enrolments().bind(sent.site(), uid.get(), card.get(), onConflict, sent.account(), clock.instant());
        CardWording wording = cards.wording(sent.request, sent.place, clock.instant());
        switch (binding) {
            case Binding.Bound bound -> {
                LOG.info(
                        "UID {} is bound to card {} at {}, version {}",
                        uid.get(),
                        card.get(),
                        sent.site(),
                        bound.version());
                stream.changed();
                sent.done();
            }
            case Binding.Unchanged _ -> sent.done();
            case Binding.UidTaken(var taken) ->
                sent.confirm(new CardsView.Conflict(
                        sent.texts.text(
                                "chips.taken.uid",
                                wording.uid(taken.uid()),
                                wording.card(taken.card()),
                                taken.by(),
                                wording.moment(taken.since())),
                        uid.get().hex(),
                        card.get().digits(),
                        sent.texts.text("chips.taken.uid.confirm", wording.card(card.get()))));
            case Binding.CardTaken(var taken) ->
                sent.confirm(new CardsView.Conflict(
                        sent.texts.text(
                                "chips.taken.card",
                                wording.card(taken.card()),
                                wording.uid(taken.uid()),
                                taken.by(),
                                wording.moment(taken.since())),
                        uid.get().hex(),
                        card.get().digits(),
                        sent.texts.text("chips.taken.card.confirm", wording.uid(uid.get()))));
            case Binding.RandomUid() -> sent.refuse("chips.error.random");
            case Binding.SiteFull() -> sent.refuse("chips.error.full", Enrolments.SITE_MAX);
        }
    }

    private void unbind(ServerRequest request, ServerResponse response) {
        sent(request, response, Right.ENROL).ifPresent(sent -> {
            Optional<Uid> uid = sent.uid();
            if (uid.isEmpty() || !desk.enrolments().unbind(sent.site(), uid.get(), sent.account(), clock.instant())) {
                sent.refuse("bindings.error.gone");
                return;
            }
            LOG.info("UID {} is bound no more at {}", uid.get(), sent.site());
            stream.changed();
            sent.done();
        });
    }

    private void bar(ServerRequest request, ServerResponse response) {
        sent(request, response, Right.BAR_CARDS).ifPresent(sent -> {
            Optional<String> reason = CardOrder.reason(Optional.of(sent.form.value("reason")));
            if (sent.card().isEmpty()) {
                sent.refuse("correct.error.card");
            } else if (reason.isEmpty()) {
                sent.refuse("correct.error.reason");
            } else {
                say(sent, sent.card().get(), CardStatus.REVOKED, reason);
            }
        });
    }

    private void unbar(ServerRequest request, ServerResponse response) {
        sent(request, response, Right.BAR_CARDS).ifPresent(sent -> {
            Optional<String> reason = CardOrder.reason(Optional.of(sent.form.value("reason")));
            if (sent.anyCard().isEmpty()) {
                sent.refuse("correct.error.card");
            } else if (reason.isEmpty()) {
                sent.refuse("correct.error.reason");
            } else {
                say(sent, sent.anyCard().get(), CardStatus.VALID, reason);
            }
        });
    }

    private void say(Sent sent, CardNumber card, CardStatus status, Optional<String> reason) {
        if (!desk.hasList(sent.site())) {
            sent.refuse("barred.no-list");
            return;
        }
        order.apply(CardDesk.listOf(sent.site()), card, status, sent.account(), reason);
        sent.done();
    }
}
