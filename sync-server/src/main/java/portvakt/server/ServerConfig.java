package portvakt.server;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import portvakt.protocol.Topics;
import portvakt.protocol.config.ConfigFile;
import portvakt.protocol.v1.SitePolicy;
import portvakt.server.list.CardRange;
import portvakt.server.list.PollSchedule;
import portvakt.server.list.ReleaseGuard;
import portvakt.server.list.SpreadLimits;
import portvakt.server.port.Lists;
import portvakt.server.port.StatusChange;

/**
 * The settings of the server, one YAML file ({@link ConfigFile}). A missing setting has the safe value; what has none must be
 * given. Relative paths are read from where the program was started.
 *
 * @param dataFolder database, broker, certificates and list keys lie here; for the owner only
 * @param web        the console and the API
 * @param database   default: H2 in the data folder
 * @param broker     default: embedded, port 8883, this machine alone
 * @param register   the central register whose pushes are taken; without it none are
 * @param sites      the sites and what people call them
 * @param list       the list that the register's statuses go into, default {@code hms-kort}
 * @param cardNumberPattern what a card number has to look like, default {@code [0-9]{7}}
 * @param gateCertificateValidity default two years
 * @param gateCodeValidity how long a gate's one-time code lasts, default a day, ten minutes to two weeks
 * @param spread     when a gate is too late with a list
 * @param privacy    what the operator says of personal data; default nothing
 */
public record ServerConfig(
        Path dataFolder,
        Web web,
        Optional<DatabaseAccess> database,
        Broker broker,
        Optional<Register> register,
        List<Site> sites,
        String list,
        String cardNumberPattern,
        Duration gateCertificateValidity,
        Duration gateCodeValidity,
        Spread spread,
        PrivacySettings privacy) {

    private static final int PORT_MAX = 65_535;
    private static final Duration CODE_VALIDITY_MIN = Duration.ofMinutes(10);
    private static final Duration CODE_VALIDITY_MAX = Duration.ofDays(14);
    private static final int DIGITS_DEFAULT = 7;

    /** One whose operator says nothing of personal data. */
    public ServerConfig(
            Path dataFolder,
            Web web,
            Optional<DatabaseAccess> database,
            Broker broker,
            Optional<Register> register,
            List<Site> sites,
            String list,
            String cardNumberPattern,
            Duration gateCertificateValidity,
            Spread spread) {
        this(
                dataFolder,
                web,
                database,
                broker,
                register,
                sites,
                list,
                cardNumberPattern,
                gateCertificateValidity,
                spread,
                null);
    }

    /** One whose gates' codes last as long as usual. */
    public ServerConfig(
            Path dataFolder,
            Web web,
            Optional<DatabaseAccess> database,
            Broker broker,
            Optional<Register> register,
            List<Site> sites,
            String list,
            String cardNumberPattern,
            Duration gateCertificateValidity,
            Spread spread,
            PrivacySettings privacy) {
        this(
                dataFolder,
                web,
                database,
                broker,
                register,
                sites,
                list,
                cardNumberPattern,
                gateCertificateValidity,
                null,
                spread,
                privacy);
    }

    public ServerConfig {
        require(dataFolder != null, "dataFolder is missing: name a folder that only this program uses");
        web = web == null ? new Web(null, null, null, Optional.empty(), null, null) : web;
        broker = broker == null ? new Broker(Optional.empty(), Optional.empty()) : broker;
        sites = sites == null ? List.of() : List.copyOf(sites);
        list = Topics.name(list == null ? "hms-kort" : list);
        cardNumberPattern = cardNumberPattern == null ? "[0-9]{7}" : cardNumberPattern;
        java.util.regex.Pattern.compile(cardNumberPattern);
        gateCertificateValidity = gateCertificateValidity == null ? Duration.ofDays(730) : gateCertificateValidity;
        gateCodeValidity = gateCodeValidity == null ? Duration.ofDays(1) : gateCodeValidity;
        spread = spread == null ? new Spread(null, null) : spread;
        List<String> names = sites.stream().map(Site::name).toList();
        web.oidc()
                .map(OidcSettings::roles)
                .orElse(List.of())
                .forEach(mapped -> require(
                        mapped.site().map(names::contains).orElse(true),
                        "web.oidc.roles names the site " + mapped.site().orElse("") + ", which is not among sites"));
        privacy = privacy == null ? PrivacySettings.none() : privacy;
        require(
                gateCertificateValidity.compareTo(Duration.ofDays(1)) >= 0,
                "gateCertificateValidity must be a day or more, for example P730D");
        require(
                gateCodeValidity.compareTo(CODE_VALIDITY_MIN) >= 0
                        && gateCodeValidity.compareTo(CODE_VALIDITY_MAX) <= 0,
                "gateCodeValidity must be ten minutes to two weeks, for example PT24H");
    }

    /**
     * @param host        address to listen on, default {@code 127.0.0.1}. Others than this machine's own need {@code tls} or
     *                    {@code behindProxy}
     * @param port        default 8080; 0 for any
     * @param publicUrl   what people type, default {@code http://localhost:PORT/}
     * @param behindProxy a proxy in front of this server does TLS
     * @param zone        the time zone of the console, default Europe/Oslo
     * @param oidc        the provider by which people may log in; without it by local accounts alone
     */
    public record Web(
            String host,
            Integer port,
            URI publicUrl,
            Optional<Keystore> tls,
            Boolean behindProxy,
            ZoneId zone,
            Optional<OidcSettings> oidc) {

        /** With local accounts alone. */
        public Web(String host, Integer port, URI publicUrl, Optional<Keystore> tls, Boolean behindProxy, ZoneId zone) {
            this(host, port, publicUrl, tls, behindProxy, zone, Optional.empty());
        }

        public Web {
            oidc = oidc == null ? Optional.empty() : oidc;
            host = host == null ? "127.0.0.1" : host;
            port = checkedPort("port", port, 8080);
            tls = tls == null ? Optional.empty() : tls;
            behindProxy = behindProxy != null && behindProxy;
            zone = zone == null ? ZoneId.of("Europe/Oslo") : zone;
            publicUrl = publicUrl == null
                    ? URI.create((tls.isPresent() ? "https" : "http") + "://localhost:" + port + "/")
                    : publicUrl;
            require(
                    isThisMachine(host) || tls.isPresent() || behindProxy,
                    "host " + host + " would send passwords in the clear: give tls, or set behindProxy: true where a"
                            + " proxy does TLS, or listen on 127.0.0.1");
        }

        static boolean isThisMachine(String host) {
            return host.equals("localhost") || host.equals("::1") || host.matches("127\\.[0-9.]+");
        }
    }

    /** A PKCS #12 file with one key and its certificates, and the file that holds its password alone. */
    public record Keystore(Path p12, Path passwordFile) {
        public Keystore {
            require(p12 != null && passwordFile != null, "give both p12 and passwordFile");
        }
    }

    /** @param url {@code jdbc:postgresql://host/name} or {@code jdbc:h2:file:/path} */
    public record DatabaseAccess(String url, Optional<String> user, Optional<Path> passwordFile) {
        public DatabaseAccess {
            require(
                    url != null && (url.startsWith("jdbc:h2:") || url.startsWith("jdbc:postgresql:")),
                    "url must be jdbc:postgresql://host/name or jdbc:h2:file:/path");
            require(
                    !url.toLowerCase(Locale.ROOT).contains("password="),
                    "no password in the url: put it into a file and name that as passwordFile");
        }
    }

    /** Exactly one of the two; neither is the embedded one with its defaults. */
    public record Broker(Optional<EmbeddedSettings> embedded, Optional<ExternalSettings> external) {
        public Broker {
            embedded = embedded == null ? Optional.empty() : embedded;
            external = external == null ? Optional.empty() : external;
            require(
                    embedded.isEmpty() || external.isEmpty(),
                    "give embedded or external, not both: gates can have only one broker");
            if (external.isEmpty() && embedded.isEmpty()) {
                embedded = Optional.of(new EmbeddedSettings(null, null, null));
            }
        }

        /** Where gates find it; empty: the settings name no host of it. */
        Optional<URI> forGates() {
            return external.map(ExternalSettings::uri)
                    .or(() -> embedded.filter(own -> !own.hostNames().isEmpty())
                            .map(own -> URI.create("ssl://" + own.hostNames().getFirst() + ":" + own.port())));
        }
    }

    /**
     * @param host      address to listen on, default {@code 127.0.0.1}; {@code 0.0.0.0} for gates on other machines
     * @param port      default 8883
     * @param hostNames names and addresses by which gates reach this server; they go into its certificate
     */
    public record EmbeddedSettings(String host, Integer port, List<String> hostNames) {
        public EmbeddedSettings {
            host = host == null ? "127.0.0.1" : host;
            port = checkedPort("port", port, 8883);
            require(port > 0, "port must be given: gates have to know it");
            hostNames = hostNames == null ? List.of() : List.copyOf(hostNames);
        }
    }

    /** @param uri {@code ssl://host:port} @param caFile the authority of that broker's certificate, PEM */
    public record ExternalSettings(URI uri, Path caFile, Keystore identity) {
        public ExternalSettings {
            require(
                    uri != null && "ssl".equals(uri.getScheme()),
                    "uri must be ssl://host:port: events are personal data and never go in the clear");
            require(caFile != null && identity != null, "give caFile and identity");
        }
    }

    /**
     * @param jwksFile   the register's public keys (RFC 7517)
     * @param statusList a list of the register's that is pulled beside the pushes; without it none is
     * @param releasePercentMax how many percent of the listed cards a file or a pulled list may make valid at once (fewer than
     *                   a hundred always may) before a person has to confirm it, default 20
     */
    public record Register(
            String issuer, String audience, Path jwksFile, Optional<StatusList> statusList, Integer releasePercentMax) {

        /** A register that pushes alone. */
        public Register(String issuer, String audience, Path jwksFile) {
            this(issuer, audience, jwksFile, Optional.empty(), null);
        }

        public Register {
            require(
                    issuer != null && audience != null && jwksFile != null,
                    "give issuer, audience and jwksFile of the register");
            statusList = statusList == null ? Optional.empty() : statusList;
            releasePercentMax = releasePercentMax == null ? ReleaseGuard.PERCENT_DEFAULT : releasePercentMax;
            require(
                    releasePercentMax >= 0 && releasePercentMax <= 100,
                    "releasePercentMax must be 0 to 100, got " + releasePercentMax);
        }
    }

    /**
     * A Token Status List (draft-ietf-oauth-status-list).
     *
     * @param uri       its address, which has to be its {@code sub} too; https, or this machine
     * @param firstCard the card number that index 0 stands for; each next index is the next number
     * @param digits    digits of a card number, default 7
     * @param interval  how often it is pulled; by default as its {@code ttl} says, else every 15 minutes
     */
    public record StatusList(URI uri, Long firstCard, Integer digits, Optional<Duration> interval) {
        public StatusList {
            require(uri != null && firstCard != null, "give uri and firstCard of the statusList");
            require(
                    "https".equals(uri.getScheme())
                            || "http".equals(uri.getScheme())
                                    && uri.getHost() != null
                                    && Web.isThisMachine(uri.getHost()),
                    "uri must be https://host/path; http is for this machine alone");
            require(
                    uri.toString().length() <= StatusChange.TEXT_CHARS_MAX,
                    "uri must have at most " + StatusChange.TEXT_CHARS_MAX + " characters");
            digits = digits == null ? DIGITS_DEFAULT : digits;
            interval = interval == null ? Optional.empty() : interval;
            // Both say themselves what is wrong.
            new CardRange(firstCard, digits);
            new PollSchedule(interval);
        }

        public CardRange cards() {
            return new CardRange(firstCard, digits);
        }
    }

    /**
     * @param lagAfter     how long an online gate may be without the newest version of a list until an alarm, default 30 s
     * @param offlineAfter how long a gate may be silent until the list's page shows it as a fault, default 15 min
     */
    public record Spread(Duration lagAfter, Duration offlineAfter) {
        public Spread {
            lagAfter = lagAfter == null ? SpreadLimits.DEFAULT.lagAfter() : lagAfter;
            offlineAfter = offlineAfter == null ? SpreadLimits.DEFAULT.offlineAfter() : offlineAfter;
            require(
                    lagAfter.compareTo(Duration.ofSeconds(1)) >= 0 && lagAfter.compareTo(Duration.ofHours(1)) <= 0,
                    "lagAfter must be a second to an hour, for example PT30S");
            require(
                    offlineAfter.compareTo(Duration.ofMinutes(1)) >= 0,
                    "offlineAfter must be a minute or more, for example PT15M");
        }

        SpreadLimits limits() {
            return new SpreadLimits(lagAfter, offlineAfter);
        }
    }

    /**
     * @param name   at most 25 characters: its list of bans is {@code site-NAME}
     * @param title  what people call it; default the name
     * @param policy what its gates ask of those who enter; default {@link SitePolicySettings#byDefault}
     * @param presence how it keeps count of who is on it; default {@link SitePresenceSettings#byDefault}
     * @param retention how long its personal data is kept; default {@link SiteRetentionSettings#byDefault}
     */
    public record Site(
            String name,
            String title,
            SitePolicySettings policy,
            SitePresenceSettings presence,
            SiteRetentionSettings retention) {

        public Site(String name, String title, SitePolicySettings policy, SitePresenceSettings presence) {
            this(name, title, policy, presence, null);
        }

        public Site {
            require(name != null, "a site needs a name");
            Topics.name(name);
            require(
                    Topics.isName(Lists.SITE_PREFIX + name),
                    "the site's name " + name + " has " + name.length()
                            + " characters; give at most 25, since its list of bans" + " is called " + Lists.SITE_PREFIX
                            + name);
            title = title == null ? name : title;
            policy = policy == null ? SitePolicySettings.byDefault() : policy;
            presence = presence == null ? SitePresenceSettings.byDefault() : presence;
            retention = retention == null ? SiteRetentionSettings.byDefault() : retention;
        }

        /** A site with the default policy and presence. */
        public Site(String name, String title) {
            this(name, title, null, null);
        }

        /** The list of bans, lost cards and withdrawn passes of a site. */
        public static String listOf(String site) {
            return Topics.name(Lists.SITE_PREFIX + site);
        }
    }

    /**
     * The lists that this server issues: the register's first, then {@code site-<site>} for each site. A site whose name has more
     * than 25 characters has none, because no list may be called so.
     */
    public List<String> lists() {
        return Stream.concat(
                        Stream.of(list),
                        sites.stream()
                                .map(site -> Lists.SITE_PREFIX + site.name())
                                .filter(Topics::isName))
                .distinct()
                .toList();
    }

    /** The policy of each site, without version and time of issue. @param changed what counts in the place of what stands here, by site */
    Map<String, SitePolicy> policies(Map<String, SitePolicy> changed) {
        Map<String, SitePolicy> policies = new TreeMap<>();
        sites.forEach(site -> policies.put(
                site.name(), changed.getOrDefault(site.name(), site.policy().message(site.name()))));
        return policies;
    }

    /** @throws ConfigFile.Invalid with a message for the installer */
    public static ServerConfig read(Path file) throws ConfigFile.Invalid {
        return ConfigFile.read(file, ServerConfig.class);
    }

    private static int checkedPort(String name, Integer given, int otherwise) {
        int port = given == null ? otherwise : given;
        require(port >= 0 && port <= PORT_MAX, name + " must be 0 to " + PORT_MAX + ", got " + port);
        return port;
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
