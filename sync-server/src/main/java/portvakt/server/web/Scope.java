package portvakt.server.web;

import io.helidon.common.uri.UriQuery;
import io.helidon.http.HttpException;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import java.util.List;
import java.util.Optional;
import portvakt.server.port.Lists;
import portvakt.server.port.Principal;
import portvakt.server.port.Right;
import portvakt.server.port.Sites;

/**
 * Which site a request is about, and whether its caller may have that. Somebody who has a right on some sites only asks for one of
 * them at a time; a site that is not theirs and one that does not exist get the same answer.
 */
final class Scope {

    static final String SITE = "site";

    private Scope() {}

    /** Whether the caller has the right where the path says: on its site, on the site of its list, else anywhere. */
    static boolean allows(ServerRequest request, Principal principal, Right right) {
        return place(request).map(site -> principal.may(right, site)).orElseGet(() -> principal.may(right));
    }

    /** The site of the path, or of the list in it. */
    static Optional<String> place(ServerRequest request) {
        return request.path()
                .pathParameters()
                .first(SITE)
                .asOptional()
                .or(() -> request.path()
                        .pathParameters()
                        .first("list")
                        .asOptional()
                        .filter(list -> list.startsWith(Lists.SITE_PREFIX))
                        .map(list -> list.substring(Lists.SITE_PREFIX.length())));
    }

    /**
     * The site that a question to the API is about.
     *
     * @param named the site that it names
     * @return empty: all of them
     * @throws ProblemException if it is not the caller's, or if they have several and name none
     */
    static Optional<String> of(Principal principal, Right right, Optional<String> named) {
        Sites sites = principal.sites(right);
        if (named.isPresent() && !sites.include(named.get())) {
            throw refused();
        }
        if (named.isPresent() || sites.all()) {
            return named;
        }
        if (sites.names().size() != 1) {
            throw new ProblemException(Problem.parameter(
                    SITE,
                    "\"site\" has to say which site is meant; yours are " + String.join(", ", sites.names()) + "."));
        }
        return Optional.of(sites.names().first());
    }

    /** The site that a question names. */
    static Optional<String> named(UriQuery query) {
        return query.first(SITE).asOptional().filter(name -> !name.isBlank());
    }

    static Optional<String> of(ServerRequest request, Right right) {
        return of(Authentication.principal(request), right, EventQuery.name(request.query(), SITE));
    }

    /**
     * The site that a page is about: the one named, else all, else the first of the caller's.
     *
     * @throws HttpException if it is not the caller's
     */
    static Optional<String> ofPage(Principal principal, Right right, UriQuery query) {
        Sites sites = principal.sites(right);
        Optional<String> named = named(query);
        if (named.isPresent() && !sites.include(named.get())) {
            throw new HttpException("not a site of this account", Status.FORBIDDEN_403);
        }
        return named.isPresent() || sites.all() ? named : sites.names().stream().findFirst();
    }

    /** Those that a page may offer. */
    static List<String> choices(Principal principal, Right right, List<String> known) {
        Sites sites = principal.sites(right);
        return known.stream().filter(sites::include).toList();
    }

    static ProblemException refused() {
        return new ProblemException(
                Problem.of(
                        Status.FORBIDDEN_403,
                        "Your account may not do this here. Who manages accounts can give it the role or the site that it takes."));
    }
}
