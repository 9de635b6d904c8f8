package portvakt.server.web;

import io.helidon.common.uri.UriQuery;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.protocol.CardNumber;
import portvakt.protocol.Topics;
import portvakt.server.port.AccessAudit;
import portvakt.server.port.AccessAudit.Kind;
import portvakt.server.port.AccessAudit.Read;
import portvakt.server.port.Lists;
import portvakt.server.port.Right;
import portvakt.server.port.Sites;
import portvakt.server.port.StorageException;

/**
 * Notes who was shown personal data, for all routes in one place: what a route reads stands at the {@link Route}, and a new route that
 * takes a right to see people is noted without anybody thinking of it. A stream is noted when it begins, everything else when its answer
 * does; what was refused is no read.
 */
final class ReadAudit {

    private static final Logger LOG = LoggerFactory.getLogger(ReadAudit.class);

    /** Parts of a question whose values name nobody. The others are noted by their names alone. */
    private static final List<String> TOLD =
            List.of("gate", "kind", "decision", "reason", "assurance", "from", "to", "format", "list");

    /** Parts that say where in the answer somebody is, or that have a column of their own. */
    private static final List<String> LEFT_OUT = List.of("site", "card", "before", "after", "limit", "below");

    private final AccessAudit audit;
    private final InstantSource clock;

    ReadAudit(AccessAudit audit, InstantSource clock) {
        this.audit = audit;
        this.clock = clock;
    }

    /** @return the route as it was, if it shows nothing of anybody */
    Route watch(Route route) {
        return route.reads().map(kind -> route.handledBy(watched(route, kind))).orElse(route);
    }

    private Handler watched(Route route, Kind kind) {
        if (route.protection() == Route.Protection.STREAM) {
            return (request, response) -> {
                Reading none = new Reading();
                none.nothingYet();
                siteOf(route, request).ifPresent(site -> note(kind, route, request, site, none));
                route.handler().handle(request, response);
            };
        }
        return (request, response) -> {
            Reading reading = new Reading();
            request.context().register(reading);
            // Before the first byte: what is shown without a trace is shown in secret. If the note fails, so does the
            // answer.
            response.beforeSend(() -> {
                if (reading.isNew() && wasShown(response)) {
                    reading.site()
                            .or(() -> siteOf(route, request))
                            .ifPresent(site -> reading.noted(note(kind, route, request, site, reading)));
                }
            });
            try {
                route.handler().handle(request, response);
            } finally {
                reading.grown().ifPresent(id -> grow(id, reading));
            }
        };
    }

    /** Also where they are told that they have it all from before. */
    private static boolean wasShown(ServerResponse response) {
        return response.status().family() == Status.Family.SUCCESSFUL
                || response.status().equals(Status.NOT_MODIFIED_304);
    }

    private long note(Kind kind, Route route, ServerRequest request, Optional<String> site, Reading reading) {
        return audit.note(
                new Read(
                        kind,
                        Authentication.principal(request).name(),
                        route.path(),
                        site,
                        reading.question().orElseGet(() -> question(request.query())),
                        reading.card().or(() -> card(request)),
                        reading.from(),
                        reading.to(),
                        reading.rows()),
                clock.instant());
    }

    private void grow(long id, Reading reading) {
        try {
            audit.grow(id, reading.rows(), reading.from(), reading.to());
        } catch (StorageException e) {
            LOG.error("How much was shown in read {} was not noted to its end", id, e);
        }
    }

    /** @return empty: not the caller's, so the route refuses it; inside empty: all sites */
    private static Optional<Optional<String>> siteOf(Route route, ServerRequest request) {
        Optional<String> named = Scope.place(request).or(() -> Scope.named(request.query()));
        Sites sites = Authentication.principal(request).sites(route.right().orElse(Right.SEE_PASSAGES));
        if (named.isPresent()) {
            return named.filter(site -> Topics.isName(site) && sites.include(site))
                    .map(Optional::of);
        }
        Optional<String> ofList = request.query()
                .first("list")
                .asOptional()
                .filter(list -> list.startsWith(Lists.SITE_PREFIX))
                .map(list -> list.substring(Lists.SITE_PREFIX.length()))
                .filter(sites::include);
        return Optional.of(
                ofList.isPresent() || sites.all()
                        ? ofList
                        : sites.names().stream().findFirst());
    }

    /** Whose number the question or the address names. */
    private static Optional<String> card(ServerRequest request) {
        return request.query()
                .first("card")
                .asOptional()
                .or(() -> parameter(request, "number"))
                .or(() -> parameter(request, "card"))
                .or(() -> parameter(request, "pass"))
                .map(text -> text.replaceAll("[^0-9]", ""))
                .filter(digits -> !digits.isEmpty() && digits.length() <= CardNumber.DIGITS_MAX);
    }

    private static Optional<String> parameter(ServerRequest request, String name) {
        return request.path().pathParameters().first(name).asOptional();
    }

    private static String question(UriQuery query) {
        return query.names().stream()
                .sorted()
                .filter(name -> !LEFT_OUT.contains(name))
                .filter(name -> query.all(name).stream().anyMatch(value -> !value.isBlank()))
                .map(name -> TOLD.contains(name) ? name + "=" + query.get(name) : name)
                .filter(part -> part.matches("[A-Za-z0-9=:.+_ -]{1,80}"))
                .collect(Collectors.joining(", "));
    }
}
