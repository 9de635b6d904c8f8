package portvakt.server.web;

import com.fasterxml.jackson.databind.JsonNode;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import portvakt.server.port.Principal;
import portvakt.server.port.Principal.Grant;
import portvakt.server.port.Right;
import portvakt.server.port.Role;
import portvakt.server.port.Tokens;
import portvakt.server.port.Tokens.Made;
import portvakt.server.port.Tokens.Token;
import portvakt.server.port.Tokens.Wish;
import portvakt.server.web.view.AccountWording;

/** Tokens for programs that manage programs. */
final class TokenApi {

    private static final String PATH = "/api/v1/tokens";
    private static final Set<String> FIELDS = Set.of("name", "grants", "rights", "days");
    private static final Set<String> GRANT_FIELDS = Set.of("role", "site");
    private static final String REMEDY = "The body has to be JSON with \"name\" (1 to " + Tokens.NAME_CHARS_MAX
            + " characters), \"grants\" (each with"
            + " a \"role\" and, unless it is meant everywhere, the \"site\"), and may have \"rights\" that it is bound"
            + " to and \"days\" (1 to " + Tokens.DAYS_MAX + ", else " + Tokens.DAYS_DEFAULT + ").";

    private final AccountDesk desk;
    private final InstantSource clock;

    TokenApi(AccountDesk desk, InstantSource clock) {
        this.desk = desk;
        this.clock = clock;
    }

    List<Route> routes() {
        return List.of(
                RegisterRoutes.api(Method.GET, PATH, Right.MANAGE_ACCOUNTS, this::list),
                RegisterRoutes.api(Method.POST, PATH, Right.MANAGE_ACCOUNTS, this::make),
                RegisterRoutes.api(Method.DELETE, PATH + "/{id}", Right.MANAGE_ACCOUNTS, this::revoke));
    }

    private record ToldGrant(String role, Optional<String> site) {}

    private record Told(
            long id,
            String name,
            List<ToldGrant> grants,
            Optional<List<Right>> rights,
            Instant createdAt,
            String createdBy,
            Instant expiresAt,
            Optional<LocalDate> lastUsedOn,
            Optional<Instant> revokedAt,
            Optional<String> revokedBy,
            Optional<String> secret) {}

    private record All(List<Told> tokens) {}

    private static Told told(Token token, Optional<String> secret) {
        return new Told(
                token.id(),
                token.name(),
                AccountWording.sorted(token.grants()).stream()
                        .map(grant -> new ToldGrant(grant.role().code(), grant.site()))
                        .toList(),
                token.only().map(only -> only.stream().sorted().toList()),
                token.createdAt(),
                token.createdBy(),
                token.expiresAt(),
                token.lastUsedOn(),
                token.revokedAt(),
                token.revokedBy(),
                secret);
    }

    private void list(ServerRequest request, ServerResponse response) {
        EventQuery.refuseUnknown(request.query(), Set.of());
        Json.send(
                response,
                new All(desk.tokens().all().stream()
                        .map(token -> told(token, Optional.empty()))
                        .toList()));
    }

    private void make(ServerRequest request, ServerResponse response) {
        EventQuery.refuseUnknown(request.query(), Set.of());
        Wish wish = wish(request);
        Principal principal = Authentication.principal(request);
        if (!AccountForms.within(principal, wish.grants(), wish.only())) {
            throw RegisterRoutes.problem(
                    Status.FORBIDDEN_403,
                    "You have less than this token would have. Leave out roles, sites or rights.");
        }
        Made made = TokensPage.make(desk, wish, principal, clock);
        response.status(Status.CREATED_201);
        Json.send(response, told(made.token(), Optional.of(made.secret())));
    }

    private void revoke(ServerRequest request, ServerResponse response) {
        EventQuery.refuseUnknown(request.query(), Set.of());
        Optional<Token> token = number(request).flatMap(desk.tokens()::find);
        if (token.isEmpty() || !TokensPage.revoke(desk, token.get(), Authentication.principal(request), clock)) {
            throw RegisterRoutes.problem(Status.NOT_FOUND_404, "There is no token of that number that counts.");
        }
        response.status(Status.NO_CONTENT_204).send();
    }

    private static Optional<Long> number(ServerRequest request) {
        try {
            return Optional.of(Long.parseLong(request.path().pathParameters().get("id")));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private Wish wish(ServerRequest request) {
        try {
            JsonNode body = request.content().hasEntity()
                    ? Json.MAPPER.readTree(request.content().as(byte[].class))
                    : Json.MAPPER.nullNode();
            requireFields(body, FIELDS);
            Set<Grant> grants = new HashSet<>();
            for (JsonNode grant : body.path("grants")) {
                requireFields(grant, GRANT_FIELDS);
                grants.add(AccountForms.grant(
                                grant.path("role").asText(), grant.path("site").asText(""), desk.sites())
                        .orElseThrow(() -> fault("There is no such role or site: " + told(grant) + ". Roles are "
                                + Arrays.stream(Role.values()).map(Role::code).collect(Collectors.joining(", "))
                                + ".")));
            }
            int days = body.path("days").isMissingNode()
                    ? Tokens.DAYS_DEFAULT
                    : body.path("days").isInt() ? body.path("days").asInt() : 0;
            return new Wish(body.path("name").asText("").strip(), grants, rights(body.path("rights")), days);
        } catch (IOException | IllegalArgumentException e) {
            // The parser's message would quote the body.
            throw fault(REMEDY);
        }
    }

    private static String told(JsonNode grant) {
        return "\"" + grant.path("role").asText() + "\" at \""
                + grant.path("site").asText("") + "\"";
    }

    private static Optional<Set<Right>> rights(JsonNode names) {
        if (names.isMissingNode()) {
            return Optional.empty();
        }
        List<String> unknown = new ArrayList<>();
        Set<Right> rights = EnumSet.noneOf(Right.class);
        names.forEach(name -> Arrays.stream(Right.values())
                .filter(right -> right.name().equals(name.asText()))
                .findAny()
                .ifPresentOrElse(rights::add, () -> unknown.add(name.asText())));
        if (!unknown.isEmpty()) {
            throw fault("There is no right of the name " + String.join(", ", unknown) + ".");
        }
        return Optional.of(rights);
    }

    /** A misspelt "rights" must not make a token that may do all. */
    private static void requireFields(JsonNode node, Set<String> known) {
        if (!node.isObject() || node.properties().stream().anyMatch(field -> !known.contains(field.getKey()))) {
            throw new IllegalArgumentException("an unknown field");
        }
    }

    private static ProblemException fault(String detail) {
        return RegisterRoutes.problem(Status.BAD_REQUEST_400, detail);
    }
}
