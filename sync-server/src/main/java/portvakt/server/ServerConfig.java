package portvakt.server;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import portvakt.protocol.Topics;
import portvakt.protocol.config.ConfigFile;

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
        Duration gateCertificateValidity) {

    private static final int PORT_MAX = 65_535;

    public ServerConfig {
        require(dataFolder != null, "dataFolder is missing: name a folder that only this program uses");
        web = web == null ? new Web(null, null, null, Optional.empty(), null, null) : web;
        broker = broker == null ? new Broker(Optional.empty(), Optional.empty()) : broker;
        sites = sites == null ? List.of() : List.copyOf(sites);
        list = Topics.name(list == null ? "hms-kort" : list);
        cardNumberPattern = cardNumberPattern == null ? "[0-9]{7}" : cardNumberPattern;
        java.util.regex.Pattern.compile(cardNumberPattern);
        gateCertificateValidity = gateCertificateValidity == null ? Duration.ofDays(730) : gateCertificateValidity;
        require(
                gateCertificateValidity.compareTo(Duration.ofDays(1)) >= 0,
                "gateCertificateValidity must be a day or more, for example P730D");
    }

    /**
     * @param host        address to listen on, default {@code 127.0.0.1}. Others than this machine's own need {@code tls} or
     *                    {@code behindProxy}
     * @param port        default 8080; 0 for any
     * @param publicUrl   what people type, default {@code http://localhost:PORT/}
     * @param behindProxy a proxy in front of this server does TLS
     * @param zone        the time zone of the console, default Europe/Oslo
     */
    public record Web(
            String host, Integer port, URI publicUrl, Optional<Keystore> tls, Boolean behindProxy, ZoneId zone) {
        public Web {
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

        private static boolean isThisMachine(String host) {
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

    /** @param jwksFile the register's public keys (RFC 7517) */
    public record Register(String issuer, String audience, Path jwksFile) {
        public Register {
            require(
                    issuer != null && audience != null && jwksFile != null,
                    "give issuer, audience and jwksFile of the register");
        }
    }

    /**
     * @param name   at most 25 characters: its list of bans is {@code site-NAME}
     * @param title  what people call it; default the name
     * @param policy what its gates ask of those who enter; default {@link SitePolicySettings#byDefault}
     */
    public record Site(String name, String title, SitePolicySettings policy) {

        private static final String LIST_PREFIX = "site-";

        public Site {
            require(name != null, "a site needs a name");
            Topics.name(name);
            require(
                    Topics.isName(LIST_PREFIX + name),
                    "the site's name " + name + " has " + name.length()
                            + " characters; give at most 25, since its list of bans" + " is called " + LIST_PREFIX
                            + name);
            title = title == null ? name : title;
            policy = policy == null ? SitePolicySettings.byDefault() : policy;
        }

        /** A site with the default policy. */
        public Site(String name, String title) {
            this(name, title, null);
        }

        /** The list of bans, lost cards and withdrawn passes of a site. */
        public static String listOf(String site) {
            return Topics.name(LIST_PREFIX + site);
        }
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
