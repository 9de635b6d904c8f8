package portvakt.server.adapter.oidc;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jwt.JWT;
import com.nimbusds.jwt.JWTParser;
import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.LogoutRequest;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponse;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponseParser;
import com.nimbusds.openid.connect.sdk.claims.IDTokenClaimsSet;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.server.port.AccountKeeping;
import portvakt.server.port.AccountKeeping.Outsider;
import portvakt.server.port.IdentityProvider;
import portvakt.server.port.Principal.Grant;

/** An OpenID provider, found by its discovery document (OpenID Connect Discovery 1.0). Needs no call at the start: it may be away then. */
public final class OidcProvider implements IdentityProvider {

    private static final Logger LOG = LoggerFactory.getLogger(OidcProvider.class);

    /**
     * @param nameClaim  names the account
     * @param rolesClaim where {@code roles} are found; empty: no roles come from here
     * @param roles      which value gives what
     */
    public record Settings(
            URI issuer,
            String clientId,
            Optional<String> clientSecret,
            List<String> scopes,
            String nameClaim,
            Optional<String> rolesClaim,
            Map<String, Set<Grant>> roles,
            String label) {

        @Override
        public String toString() {
            return "Settings[" + issuer + ", " + clientId + "]";
        }
    }

    private final Settings settings;
    private final Discovery discovery;

    public OidcProvider(Settings settings) {
        this.settings = settings;
        this.discovery = new Discovery(settings.issuer(), new ClientID(settings.clientId()));
    }

    @Override
    public String label() {
        return settings.label();
    }

    @Override
    public boolean mapsRoles() {
        return settings.rolesClaim().isPresent();
    }

    @Override
    public boolean isAway() {
        return discovery.isAway();
    }

    @Override
    public URI logInUrl(Challenge challenge, URI callback) throws AwayException {
        return new AuthenticationRequest.Builder(
                        ResponseType.CODE, Scope.parse(settings.scopes()), new ClientID(settings.clientId()), callback)
                .endpointURI(discovery.found().metadata().getAuthorizationEndpointURI())
                .state(new State(challenge.state()))
                .nonce(new Nonce(challenge.nonce()))
                .codeChallenge(new CodeVerifier(challenge.verifier()), CodeChallengeMethod.S256)
                .build()
                .toURI();
    }

    @Override
    public Vouched vouch(Challenge challenge, String code, URI callback) throws AwayException, RefusedException {
        Discovery.Found found = discovery.found();
        JWT token = redeem(found.metadata(), challenge, code, callback);
        IDTokenClaimsSet claims;
        try {
            claims = found.validator().validate(token, new Nonce(challenge.nonce()));
        } catch (BadJOSEException e) {
            throw new RefusedException("the ID token does not hold: " + e.getMessage());
        } catch (JOSEException e) {
            throw new AwayException("the provider's keys cannot be read: " + e.getMessage(), e);
        }
        // Issued to another client, whoever else may read it (OpenID Connect Core 1.0 § 3.1.3.7); the library does not
        // look.
        if (claims.getAuthorizedParty() != null
                && !claims.getAuthorizedParty().getValue().equals(settings.clientId())) {
            throw new RefusedException("the ID token was issued to another client");
        }
        return vouched(claims, token);
    }

    private JWT redeem(OIDCProviderMetadata metadata, Challenge challenge, String code, URI callback)
            throws AwayException, RefusedException {
        AuthorizationCodeGrant grant = new AuthorizationCodeGrant(
                new AuthorizationCode(code), callback, new CodeVerifier(challenge.verifier()));
        URI endpoint = metadata.getTokenEndpointURI();
        ClientID client = new ClientID(settings.clientId());
        HTTPRequest request = settings.clientSecret()
                .map(secret -> new TokenRequest.Builder(endpoint, authentication(metadata, client, secret), grant))
                .orElseGet(() -> new TokenRequest.Builder(endpoint, client, grant))
                .build()
                .toHTTPRequest();
        Discovery.limit(request);
        TokenResponse response;
        try {
            response = OIDCTokenResponseParser.parse(request.send());
        } catch (IOException e) {
            throw new AwayException("the provider's token endpoint " + endpoint + " does not answer", e);
        } catch (ParseException e) {
            throw new RefusedException("the provider's token endpoint answers something else than tokens");
        }
        if (!response.indicatesSuccess()) {
            throw new RefusedException("the provider does not redeem the code: "
                    + response.toErrorResponse().getErrorObject().getCode());
        }
        JWT token = ((OIDCTokenResponse) response.toSuccessResponse())
                .getOIDCTokens()
                .getIDToken();
        if (token == null) {
            throw new RefusedException("the provider sends no ID token; is openid among the scopes that it allows?");
        }
        return token;
    }

    private static ClientAuthentication authentication(OIDCProviderMetadata metadata, ClientID client, String secret) {
        List<ClientAuthenticationMethod> methods = metadata.getTokenEndpointAuthMethods();
        boolean postOnly = methods != null
                && !methods.contains(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
                && methods.contains(ClientAuthenticationMethod.CLIENT_SECRET_POST);
        return postOnly
                ? new ClientSecretPost(client, new Secret(secret))
                : new ClientSecretBasic(client, new Secret(secret));
    }

    private Vouched vouched(IDTokenClaimsSet claims, JWT token) throws RefusedException {
        Map<String, Object> all = claims.toJSONObject();
        String name = Claims.values(all, settings.nameClaim()).stream()
                .findFirst()
                .map(String::strip)
                .orElse("");
        if (!AccountKeeping.isName(name)) {
            throw new RefusedException("the ID token has no usable claim \"" + settings.nameClaim()
                    + "\"; see web.oidc.nameClaim and scopes");
        }
        if (Claims.isIdentityNumber(name)) {
            throw new RefusedException("the claim \"" + settings.nameClaim()
                    + "\" holds what looks like a national identity number, which is not kept; set web.oidc.nameClaim");
        }
        Optional<Set<Grant>> grants = settings.rolesClaim()
                .map(claim -> Claims.values(all, claim).stream()
                        .flatMap(value -> settings.roles().getOrDefault(value, Set.of()).stream())
                        .collect(Collectors.toSet()));
        return new Vouched(
                new Outsider(
                        claims.getIssuer().getValue(),
                        claims.getSubject().getValue(),
                        name,
                        Claims.values(all, "name").stream().findFirst().map(Claims::shortened)),
                grants,
                Claims.holdIdentityNumber(all) ? "" : token.getParsedString());
    }

    @Override
    public Optional<URI> logOutUrl(String token, URI back) {
        try {
            JWT hint = token.isEmpty() ? null : JWTParser.parse(token);
            return Optional.ofNullable(discovery.found().metadata().getEndSessionEndpointURI())
                    .map(endpoint -> new LogoutRequest(
                                    endpoint, hint, null, new ClientID(settings.clientId()), back, null, null)
                            .toURI());
        } catch (AwayException | java.text.ParseException e) {
            // Logged out here they are; there they stay logged in until that session ends by itself.
            LOG.warn("Somebody was logged out here, and not at the provider: {}", e.getMessage());
            return Optional.empty();
        }
    }
}
