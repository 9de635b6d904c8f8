package portvakt.server;

import io.helidon.health.HealthCheck;
import io.helidon.health.HealthCheckResponse;
import io.helidon.health.HealthCheckType;
import io.helidon.webserver.http.HttpService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import portvakt.protocol.v1.SitePolicy;
import portvakt.server.adapter.oidc.OidcProvider;
import portvakt.server.adapter.register.SecurityEventTokens;
import portvakt.server.list.ReleaseGuard;
import portvakt.server.port.IdentityProvider;
import portvakt.server.web.AccountDesk;
import portvakt.server.web.EnrolmentDesk;
import portvakt.server.web.EvidenceDesk;
import portvakt.server.web.PassDesk;
import portvakt.server.web.PresenceDesk;
import portvakt.server.web.PrivacyDesk;
import portvakt.server.web.RegisterDesk;
import portvakt.server.web.SettingsDesk;
import portvakt.server.web.SpreadDesk;
import portvakt.server.web.WebConfig;
import portvakt.server.web.WebPart;

/** Puts console, API and register endpoint on top of the other parts. */
public final class WebStarter implements ServerParts.Starter {

    private final List<HttpService> further;

    /** @param further services that are served beside the server's own, by a program that is more than the server */
    public WebStarter(List<HttpService> further) {
        this.further = List.copyOf(further);
    }

    @Override
    public AutoCloseable start(ServerParts parts) throws IOException {
        ServerConfig.Web web = parts.config().web();
        Optional<SecurityEventTokens> tokens = parts.config()
                .register()
                .map(register -> new SecurityEventTokens(
                        new SecurityEventTokens.Settings(
                                register.jwksFile(),
                                register.issuer(),
                                register.audience(),
                                parts.config().list(),
                                Pattern.compile(parts.config().cardNumberPattern())),
                        parts.clock()));
        WebPart part = new WebPart(
                new WebConfig(
                        web.host(),
                        web.port(),
                        web.publicUrl(),
                        web.tls().isPresent() || web.behindProxy(),
                        keystore(web),
                        web.zone(),
                        parts.config().dataFolder().resolve("exports")),
                parts.log(),
                parts.gates(),
                parts.gateRegistry(),
                parts.gateAdmission(),
                settings(parts),
                parts.lists(),
                new SpreadDesk(parts.spread(), parts.config().spread().limits()),
                new RegisterDesk(
                        parts.register(),
                        parts.registerRecords(),
                        parts.reconciliations(),
                        tokens,
                        parts.reconciler(),
                        parts.config().list(),
                        Pattern.compile(parts.config().cardNumberPattern()),
                        parts.config()
                                .register()
                                .map(ServerConfig.Register::releasePercentMax)
                                .orElse(ReleaseGuard.PERCENT_DEFAULT)),
                new EnrolmentDesk(
                        parts.enrolments(),
                        parts.cardChips(),
                        parts.config().sites().stream()
                                .map(ServerConfig.Site::name)
                                .toList(),
                        Pattern.compile(parts.config().cardNumberPattern())),
                presence(parts),
                new PassDesk(parts.passes(), parts.passKeys(), parts.register(), parts.lists(), new SecureRandom()),
                parts.musters(),
                new EvidenceDesk(parts.evidence(), parts.erasure(), parts.authority()),
                new AccountDesk(
                        parts.accounts(),
                        parts.accountKeeping(),
                        parts.tokens(),
                        parts.accountAudit(),
                        parts.config().sites().stream()
                                .map(ServerConfig.Site::name)
                                .toList(),
                        provider(web)),
                privacy(parts),
                parts.keyTrust(),
                parts.clock(),
                parts.probes().stream().map(WebStarter::ready).toList(),
                further);
        part.start();
        return part;
    }

    private static SettingsDesk settings(ServerParts parts) {
        ZoneId zone = parts.config().web().zone();
        return new SettingsDesk(
                parts.config().sites().stream()
                        .map(site -> settings(site, zone))
                        .toList(),
                settings(new ServerConfig.Site("default", null), zone),
                parts.policyChanges(),
                WebStarter::check,
                Pattern.compile(parts.config().cardNumberPattern()));
    }

    /** By the rules that the settings file is held to. */
    static Optional<SitePolicy> check(String site, SettingsDesk.Policy policy) {
        try {
            return Optional.of(new SitePolicySettings(
                            policy.fresh(),
                            policy.grace(),
                            policy.closed(),
                            SitePolicySettings.Action.valueOf(policy.whenGrace()),
                            SitePolicySettings.Action.valueOf(policy.whenStale()),
                            SitePolicySettings.Action.valueOf(policy.whenNone()),
                            policy.grantOnUntrustedClock(),
                            policy.minimumAssurance(),
                            policy.attendedGates())
                    .message(site));
        } catch (IllegalArgumentException e) {
            // What is wrong is said by the page, in the reader's language.
            return Optional.empty();
        }
    }

    private static SettingsDesk.Site settings(ServerConfig.Site site, ZoneId zone) {
        SitePolicySettings policy = site.policy();
        SitePresenceSettings presence = site.presence();
        return new SettingsDesk.Site(
                site.name(),
                new SettingsDesk.Policy(
                        policy.fresh(),
                        policy.grace(),
                        policy.closed(),
                        policy.whenGrace().name(),
                        policy.whenStale().name(),
                        policy.whenNone().name(),
                        policy.grantOnUntrustedClock(),
                        policy.minimumAssurance(),
                        policy.attendedGates()),
                new SettingsDesk.Stay(
                        presence.zone().orElse(zone),
                        presence.checkOutAt(),
                        presence.longestStay(),
                        presence.antiPassback().name(),
                        presence.antiPassbackForgets()));
    }

    private static PrivacyDesk privacy(ServerParts parts) {
        ServerConfig.Web web = parts.config().web();
        PrivacyParts privacy = parts.privacy();
        PrivacySettings settings = parts.config().privacy();
        return new PrivacyDesk(
                privacy.audit(),
                privacy.siteList(),
                privacy.restrictions(),
                privacy.cases(),
                privacy.corrections(),
                privacy.personalData(),
                parts.erasure(),
                parts.config().sites().stream()
                        .map(site -> new PrivacyDesk.Site(
                                site.name(),
                                site.title(),
                                site.presence().zone().orElse(web.zone()),
                                site.retention().passages(),
                                site.retention().siteList(),
                                site.retention().passNotes()))
                        .toList(),
                Pattern.compile(parts.config().cardNumberPattern()),
                web.publicUrl(),
                new PrivacyDesk.Operator(
                        settings.controller(),
                        settings.contact(),
                        settings.officer(),
                        settings.passagesPurpose().map(WebStarter::inBoth),
                        settings.passagesBasis().map(WebStarter::inBoth),
                        settings.recipients().map(WebStarter::inBoth),
                        settings.complaints().map(WebStarter::inBoth),
                        settings.auditKept()));
    }

    private static PrivacyDesk.InBoth inBoth(PrivacySettings.InBoth text) {
        return new PrivacyDesk.InBoth(text.nb(), text.en());
    }

    private static PresenceDesk presence(ServerParts parts) {
        ZoneId zone = parts.config().web().zone();
        return new PresenceDesk(
                parts.presence(),
                parts.config().sites().stream()
                        .map(site -> new PresenceDesk.Site(
                                site.name(),
                                site.title(),
                                site.presence().zone().orElse(zone),
                                site.presence().deniedWithin().isPresent()))
                        .toList(),
                zone,
                Pattern.compile(parts.config().cardNumberPattern()));
    }

    private static Optional<WebConfig.TlsKeystore> keystore(ServerConfig.Web web) throws IOException {
        if (web.tls().isEmpty()) {
            return Optional.empty();
        }
        ServerConfig.Keystore keystore = web.tls().get();
        String password;
        try {
            password = Files.readString(keystore.passwordFile()).strip();
        } catch (IOException e) {
            throw new IOException(
                    keystore.passwordFile() + ": cannot be read; it should hold the password of " + keystore.p12(), e);
        }
        return Optional.of(new WebConfig.TlsKeystore(keystore.p12(), password.toCharArray()));
    }

    private static Optional<IdentityProvider> provider(ServerConfig.Web web) throws IOException {
        if (web.oidc().isEmpty()) {
            return Optional.empty();
        }
        OidcSettings oidc = web.oidc().get();
        Optional<String> secret = Optional.empty();
        if (oidc.clientSecretFile().isPresent()) {
            Path file = oidc.clientSecretFile().get();
            try {
                secret = Optional.of(Files.readString(file).strip());
            } catch (IOException e) {
                throw new IOException(
                        file + ": cannot be read; it should hold the secret of the client " + oidc.clientId(), e);
            }
        }
        return Optional.of(new OidcProvider(new OidcProvider.Settings(
                oidc.issuer(),
                oidc.clientId(),
                secret,
                oidc.scopes(),
                oidc.nameClaim(),
                oidc.rolesClaim(),
                oidc.roles().stream()
                        .collect(Collectors.groupingBy(
                                OidcSettings.MappedRole::value,
                                Collectors.mapping(OidcSettings.MappedRole::grant, Collectors.toSet()))),
                oidc.label())));
    }

    private static HealthCheck ready(ServerParts.Probe probe) {
        return new HealthCheck() {
            @Override
            public HealthCheckType type() {
                return HealthCheckType.READINESS;
            }

            @Override
            public String name() {
                return probe.name();
            }

            @Override
            public HealthCheckResponse call() {
                return HealthCheckResponse.builder()
                        .status(probe.isWell().getAsBoolean())
                        .build();
            }
        };
    }
}
