package portvakt.server.adapter.oidc;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.oauth2.sdk.GeneralException;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.server.port.IdentityProvider.AwayException;

/**
 * What the provider says of itself, and its keys. Kept for an hour; a provider that was away is asked again after some seconds. Keys are
 * fetched anew when a token names one that is not known (rotation), at most twice in half a minute.
 */
final class Discovery {

    private static final Logger LOG = LoggerFactory.getLogger(Discovery.class);

    private static final int CONNECT_MS_MAX = 3_000;
    private static final int READ_MS_MAX = 5_000;
    private static final int KEYS_BYTES_MAX = 256 * 1024;
    private static final int CLOCK_SKEW_S_MAX = 60;
    private static final Duration KEPT = Duration.ofHours(1);
    private static final Duration AWAY_KEPT = Duration.ofSeconds(10);

    /** What is known of it. */
    record Found(OIDCProviderMetadata metadata, IDTokenValidator validator) {}

    /** @param away why it could not be asked */
    private record Known(Optional<Found> found, Optional<AwayException> away, Instant at) {
        boolean isOld(Instant now) {
            return at.plus(found.isPresent() ? KEPT : AWAY_KEPT).isBefore(now);
        }
    }

    private final URI issuer;
    private final ClientID client;
    private final ReentrantLock asking = new ReentrantLock();
    private final AtomicBoolean inBackground = new AtomicBoolean();
    private volatile Optional<Known> known = Optional.empty();

    Discovery(URI issuer, ClientID client) {
        this.issuer = issuer;
        this.client = client;
    }

    /** Bounds the time that a request waits for a provider that hangs, and follows it nowhere else. */
    static void limit(HTTPRequest request) {
        request.setConnectTimeout(CONNECT_MS_MAX);
        request.setReadTimeout(READ_MS_MAX);
        request.setFollowRedirects(false);
    }

    boolean isAway() {
        Optional<Known> now = known;
        if (now.isEmpty() || now.get().isOld(Instant.now())) {
            askInBackground();
        }
        return now.flatMap(Known::away).isPresent();
    }

    private void askInBackground() {
        if (inBackground.compareAndSet(false, true)) {
            Thread.ofVirtual().name("oidc-discovery").start(() -> {
                try {
                    found();
                } catch (AwayException e) {
                    // Said in the log by whoever asked; the log-in page shows it.
                    LOG.debug("Still away", e);
                } finally {
                    inBackground.set(false);
                }
            });
        }
    }

    Found found() throws AwayException {
        asking.lock();
        try {
            Instant now = Instant.now();
            if (known.isEmpty() || known.get().isOld(now)) {
                known = Optional.of(ask(now, known));
            }
            Known current = known.get();
            if (current.found.isPresent()) {
                return current.found.get();
            }
            throw current.away.orElseThrow();
        } finally {
            asking.unlock();
        }
    }

    private Known ask(Instant now, Optional<Known> before) {
        try {
            OIDCProviderMetadata metadata =
                    OIDCProviderMetadata.resolve(new Issuer(issuer), CONNECT_MS_MAX, READ_MS_MAX);
            if (metadata.getAuthorizationEndpointURI() == null || metadata.getTokenEndpointURI() == null) {
                throw new GeneralException("it names no authorization or token endpoint");
            }
            Known found = new Known(Optional.of(new Found(metadata, validator(metadata))), Optional.empty(), now);
            if (before.flatMap(Known::away).isPresent()) {
                LOG.info("The OpenID provider {} answers again", issuer);
            }
            return found;
        } catch (IOException | GeneralException e) {
            AwayException away = new AwayException(
                    "the OpenID provider " + issuer + " cannot be asked (" + e.getMessage()
                            + "). Is web.oidc.issuer right to" + " the letter, and does " + issuer
                            + "/.well-known/openid-configuration open from this machine?",
                    e);
            if (before.flatMap(Known::away).isEmpty()) {
                LOG.warn("Log-in by provider does not work, local accounts do: {}", away.getMessage());
            }
            return new Known(Optional.empty(), Optional.of(away), now);
        }
    }

    private IDTokenValidator validator(OIDCProviderMetadata metadata) throws MalformedURLException {
        // By signature alone: "none" and those of a shared secret prove nothing that everybody could not forge.
        Set<JWSAlgorithm> algorithms =
                Optional.ofNullable(metadata.getIDTokenJWSAlgs()).orElse(List.of(JWSAlgorithm.RS256)).stream()
                        .filter(JWSAlgorithm.Family.SIGNATURE::contains)
                        .collect(Collectors.toSet());
        JWKSource<SecurityContext> keys = JWKSourceBuilder.create(
                        metadata.getJWKSetURI().toURL(),
                        new DefaultResourceRetriever(CONNECT_MS_MAX, READ_MS_MAX, KEYS_BYTES_MAX))
                .retrying(true)
                .build();
        IDTokenValidator validator = new IDTokenValidator(
                metadata.getIssuer(),
                client,
                new JWSVerificationKeySelector<>(algorithms.isEmpty() ? Set.of(JWSAlgorithm.RS256) : algorithms, keys),
                null);
        validator.setMaxClockSkew(CLOCK_SKEW_S_MAX);
        return validator;
    }
}
