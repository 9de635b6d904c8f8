package portvakt.server;

import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import portvakt.server.port.Principal.Grant;
import portvakt.server.port.Role;

/**
 * The OpenID provider by which people may log in, beside local accounts.
 *
 * @param issuer           as its tokens name it, and where its discovery document is below; https, or this machine
 * @param clientId         what it calls this server
 * @param clientSecretFile holds the client's secret alone; leave out for a public client. PKCE is used with either
 * @param scopes           what is asked for, {@code openid} always; default {@code openid, profile}
 * @param nameClaim        the claim that names the account, default {@code sub}. Never one that holds a national identity number
 * @param rolesClaim       the claim that {@code roles} are found by, with dots for one inside another; leave out: roles are given on the page
 *                         Users, and whom nobody has invited there does not get in
 * @param roles            which value of that claim gives which role
 * @param label            what the button calls it, default the issuer's host
 */
public record OidcSettings(
        URI issuer,
        String clientId,
        Optional<Path> clientSecretFile,
        List<String> scopes,
        String nameClaim,
        Optional<String> rolesClaim,
        List<MappedRole> roles,
        String label) {

    /** ID-porten's, which is a national identity number. */
    private static final String FORBIDDEN_CLAIM = "pid";

    public OidcSettings {
        require(issuer != null && issuer.getHost() != null, "give the issuer, as in https://login.example.org");
        require(
                "https".equals(issuer.getScheme())
                        || "http".equals(issuer.getScheme()) && ServerConfig.Web.isThisMachine(issuer.getHost()),
                "issuer must be https://…; http is for this machine alone");
        require(clientId != null && !clientId.isBlank(), "give the clientId that the provider has for this server");
        clientSecretFile = clientSecretFile == null ? Optional.empty() : clientSecretFile;
        Set<String> asked = new LinkedHashSet<>(List.of("openid"));
        asked.addAll(scopes == null ? List.of("profile") : scopes);
        scopes = List.copyOf(asked);
        nameClaim = nameClaim == null ? "sub" : nameClaim;
        require(
                !nameClaim.equals(FORBIDDEN_CLAIM),
                "nameClaim must not be pid, which is a national identity number; sub names an account as well");
        rolesClaim = rolesClaim == null ? Optional.empty() : rolesClaim;
        roles = roles == null ? List.of() : List.copyOf(roles);
        require(
                rolesClaim.isPresent() != roles.isEmpty(),
                "give both rolesClaim and roles, or neither: then roles are given on the page Users");
        label = label == null ? issuer.getHost() : label;
    }

    /** @param value as the claim has it @param site leave out: everywhere */
    public record MappedRole(String value, String role, Optional<String> site) {
        public MappedRole {
            site = site == null ? Optional.empty() : site;
            require(value != null && !value.isBlank(), "give the value of the rolesClaim that gives this role");
            require(
                    role != null
                            && Role.of(role)
                                    .filter(each -> each != Role.PROGRAM)
                                    .isPresent(),
                    "role must be admin, site-manager, guard, inspector or privacy-officer, got " + role);
        }

        Grant grant() {
            return new Grant(Role.of(role).orElseThrow(), site);
        }
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
