package portvakt.server.web;

import io.helidon.http.HttpException;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import portvakt.server.port.Principal;
import portvakt.server.port.Principal.Grant;
import portvakt.server.port.Right;
import portvakt.server.port.Role;
import portvakt.server.web.view.Choice;
import portvakt.server.web.view.Texts;

/** What the forms about accounts and tokens have in common: a role, and where. */
final class AccountForms {

    static final String ROLE = "role";
    static final String EVERYWHERE = "";

    private AccountForms() {}

    /** A role on a site that this server has, or everywhere. */
    static Optional<Grant> grant(String role, String site, List<String> sites) {
        return Role.of(role)
                .filter(_ -> site.equals(EVERYWHERE) || sites.contains(site))
                .map(known -> new Grant(known, site.equals(EVERYWHERE) ? Optional.empty() : Optional.of(site)));
    }

    /** Whether the giver has all that would be given: a token for accounts alone must not make one for everything. */
    static boolean within(Principal giver, Set<Grant> grants, Optional<Set<Right>> only) {
        return grants.stream()
                .allMatch(grant -> Arrays.stream(Right.values())
                        .filter(right -> grant.role().has(right))
                        .filter(right -> only.map(some -> some.contains(right)).orElse(true))
                        .allMatch(right -> giver.may(right, grant.site())));
    }

    static List<Choice> roles(Texts texts, List<Role> roles, String chosen) {
        return roles.stream()
                .map(role -> new Choice(
                        role.code(),
                        texts.text("role." + role.code()),
                        role.code().equals(chosen)))
                .toList();
    }

    static List<Choice> sites(Texts texts, List<String> sites, String chosen) {
        return java.util.stream.Stream.concat(
                        java.util.stream.Stream.of(
                                new Choice(EVERYWHERE, texts.text("role.everywhere"), chosen.equals(EVERYWHERE))),
                        sites.stream().map(site -> new Choice(site, site, site.equals(chosen))))
                .toList();
    }

    /** As the audit has it: {@code guard bjorvika}, {@code admin everywhere}. */
    static String told(Grant grant) {
        return grant.role().code() + " " + grant.site().orElse("everywhere");
    }

    /** The number in the path. */
    static long id(ServerRequest request) {
        try {
            return Long.parseLong(request.path().pathParameters().get("id"));
        } catch (NumberFormatException e) {
            throw notFound();
        }
    }

    static HttpException notFound() {
        return new HttpException("no such account or token", Status.NOT_FOUND_404);
    }
}
