package portvakt.server;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.mqtt.BrokerSession;
import portvakt.protocol.mqtt.TlsIdentity;
import portvakt.server.adapter.file.SecretFile;
import portvakt.server.adapter.issuer.EnrolmentIssuer;
import portvakt.server.adapter.issuer.ListIssuer;
import portvakt.server.adapter.issuer.ListIssuers;
import portvakt.server.adapter.issuer.ListKeys;
import portvakt.server.adapter.issuer.PassbackIssuer;
import portvakt.server.adapter.issuer.TrustIssuer;
import portvakt.server.adapter.keys.ServerKeys;
import portvakt.server.adapter.log.CheckOutWatch;
import portvakt.server.adapter.log.GapWatch;
import portvakt.server.adapter.log.RetentionWatch;
import portvakt.server.adapter.mqtt.BrokerLink;
import portvakt.server.adapter.mqtt.EmbeddedBroker;
import portvakt.server.adapter.mqtt.GateLanes;
import portvakt.server.adapter.pki.CertificateAuthority;
import portvakt.server.adapter.pki.GateProvisioning;
import portvakt.server.adapter.pki.Identity;
import portvakt.server.adapter.register.Reconciler;
import portvakt.server.adapter.register.StatusListPull;
import portvakt.server.adapter.register.StatusListTokens;
import portvakt.server.adapter.spread.LagWatch;
import portvakt.server.adapter.sql.Database;
import portvakt.server.adapter.sql.SqlAccessAudit;
import portvakt.server.adapter.sql.SqlAccountAudit;
import portvakt.server.adapter.sql.SqlAccountKeeping;
import portvakt.server.adapter.sql.SqlAccounts;
import portvakt.server.adapter.sql.SqlCardChips;
import portvakt.server.adapter.sql.SqlCardRegister;
import portvakt.server.adapter.sql.SqlCardStatuses;
import portvakt.server.adapter.sql.SqlEnrolments;
import portvakt.server.adapter.sql.SqlEntryLog;
import portvakt.server.adapter.sql.SqlErasure;
import portvakt.server.adapter.sql.SqlEventIngest;
import portvakt.server.adapter.sql.SqlEvidence;
import portvakt.server.adapter.sql.SqlGates;
import portvakt.server.adapter.sql.SqlJournalGaps;
import portvakt.server.adapter.sql.SqlMusters;
import portvakt.server.adapter.sql.SqlPasses;
import portvakt.server.adapter.sql.SqlPersonalData;
import portvakt.server.adapter.sql.SqlPolicyChanges;
import portvakt.server.adapter.sql.SqlPresence;
import portvakt.server.adapter.sql.SqlPrivacyCases;
import portvakt.server.adapter.sql.SqlReconciliations;
import portvakt.server.adapter.sql.SqlRegisterRecords;
import portvakt.server.adapter.sql.SqlRestrictions;
import portvakt.server.adapter.sql.SqlRetention;
import portvakt.server.adapter.sql.SqlRowCorrections;
import portvakt.server.adapter.sql.SqlSiteList;
import portvakt.server.adapter.sql.SqlSitePolicies;
import portvakt.server.adapter.sql.SqlSpread;
import portvakt.server.adapter.sql.SqlTokens;
import portvakt.server.list.PollSchedule;
import portvakt.server.list.ReleaseGuard;
import portvakt.server.log.CheckOutRules;
import portvakt.server.port.CheckOuts;
import portvakt.server.port.PolicyChanges;
import portvakt.server.port.RetainedPublisher;

/**
 * A running server, wired by hand: database, certificates, broker, link, lists, and what the starters put on top. Closed in
 * reverse order: the web part and every client before the broker, the database last.
 */
public final class Server implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Server.class);
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(30);
    private static final Duration SESSION_EXPIRY = Duration.ofDays(7);
    private static final int IN_FLIGHT_MAX = 32;

    private final Deque<Opened> opened = new ArrayDeque<>();
    private ServerParts parts;
    private GateProvisioning provisioning;

    private record Opened(String what, AutoCloseable part) {}

    private Server() {}

    /**
     * Opens all parts; the server works when this returns, though it may still be connecting to its broker.
     *
     * @param starters what to start on top, in order: the web part
     * @throws ServerStartException naming what is wrong and the remedy; nothing is left open
     */
    public static Server start(ServerConfig config, InstantSource clock, List<ServerParts.Starter> starters)
            throws ServerStartException {
        Server server = new Server();
        try {
            server.open(config, clock, starters);
            return server;
        } catch (Exception e) {
            server.close();
            throw new ServerStartException(e.getMessage(), e);
        }
    }

    private void open(ServerConfig config, InstantSource clock, List<ServerParts.Starter> starters) throws Exception {
        SecretFile.createFolder(config.dataFolder());
        Database database = keep("database", ServerDatabase.open(config));
        SqlEntryLog log = keep("entry log", new SqlEntryLog(database));
        SqlGates gates = new SqlGates(database, log);
        SqlSpread spread = new SqlSpread(database, log);
        ServerKeys keys = ServerKeys.openOrCreate(config.dataFolder(), config.list(), clock.instant());
        keys.advice().ifPresent(LOG::warn);
        ListKeys listKeys = ListKeys.of(keys, config.list());
        CertificateAuthority authority =
                CertificateAuthority.openOrCreate(config.dataFolder().resolve("pki"), clock.instant());
        provisioning = GateParts.provisioning(config, authority, gates, keys);

        BrokerSession.Settings session = session(config, authority, gates, clock);
        BrokerLink link = keep("broker link", link(config, session, database, log, gates, clock));
        gates.onCutOff(link::letIn);
        ListIssuers lists = keep("list issuers", issuers(config, database, keys, link, clock));
        SqlCardRegister register = new SqlCardRegister(database, clock, lists::changed);
        EnrolmentIssuer enrolments = keep("enrolment issuer", enrolmentIssuer(config, listKeys, database, link, clock));
        TrustIssuer trust = keep("trust issuer", trustIssuer(config, keys, listKeys, database, link, clock));
        link.start(new Issuers(trust, lists, enrolments));
        trust.start();
        lists.start();
        enrolments.start();
        SqlPresence presence = presence(config, database, listKeys, log, gates, link, clock);
        watch(config, new GapWatch(new SqlJournalGaps(database, log), clock), lists, spread, presence, clock);

        SqlErasure erasure = new SqlErasure(database);
        PrivacyParts privacy = privacy(config, database, erasure, clock);

        SqlRegisterRecords records = new SqlRegisterRecords(database, clock);
        SqlReconciliations reconciliations = new SqlReconciliations(database);
        SqlAccounts accounts = new SqlAccounts(database);
        parts = new ServerParts(
                config,
                log,
                gates,
                gates,
                GateParts.admissions(config, authority, gates, database, keys, clock.instant()),
                spread,
                lists,
                register,
                records,
                reconciliations,
                pull(config, records, register, reconciliations, clock),
                new SqlEnrolments(database, enrolments::changed),
                new SqlCardChips(database),
                new SqlPolicyChanges(database, trust::changed),
                new SqlPasses(database),
                keys,
                new SqlMusters(database, site -> log.onSite(Optional.of(site))),
                new SqlEvidence(database),
                erasure,
                presence,
                privacy,
                authority.certificate(),
                accounts,
                new SqlAccountKeeping(database, accounts),
                new SqlTokens(database),
                new SqlAccountAudit(database),
                keys,
                clock,
                List.of(
                        new ServerParts.Probe("database", database::isAlive),
                        new ServerParts.Probe("broker", link::isConnected)));
        for (ServerParts.Starter starter : starters) {
            keep("part on top", starter.start(parts));
        }
    }

    private static EnrolmentIssuer enrolmentIssuer(
            ServerConfig config, ListKeys keys, Database database, BrokerLink link, InstantSource clock) {
        return new EnrolmentIssuer(
                config.sites().stream().map(ServerConfig.Site::name).toList(),
                keys,
                SqlEnrolments.reading(database),
                link,
                clock);
    }

    private static BrokerLink link(
            ServerConfig config,
            BrokerSession.Settings session,
            Database database,
            SqlEntryLog log,
            SqlGates gates,
            InstantSource clock) {
        return BrokerLink.of(new BrokerLink.Settings(
                session,
                new SqlEventIngest(database, log, doubleEntryWithin(config)),
                log.liveIngest(),
                gates,
                clock,
                GateLanes.Retry.DEFAULT));
    }

    /** Who publishes what to gates, told of the broker. */
    private record Issuers(TrustIssuer trust, ListIssuers lists, EnrolmentIssuer enrolments)
            implements BrokerLink.Listener {
        @Override
        public void connected(boolean sessionKnown) {
            // First of all: gates believe the rest by it.
            trust.brokerConnected();
            lists.brokerConnected(sessionKnown);
            enrolments.brokerConnected();
        }

        @Override
        public void checkpointThere(String list, long version) {
            lists.checkpointThere(list, version);
        }
    }

    private SqlPresence presence(
            ServerConfig config,
            Database database,
            ListKeys keys,
            SqlEntryLog log,
            SqlGates gates,
            BrokerLink link,
            InstantSource clock) {
        PassbackIssuer passback =
                keep("passback issuer", new PassbackIssuer(deniedWithin(config), keys, log, gates, link, clock));
        passback.start();
        return new SqlPresence(database, doubleEntryWithin(config), passback);
    }

    private void watch(
            ServerConfig config,
            GapWatch gaps,
            ListIssuers lists,
            SqlSpread spread,
            CheckOuts checkOuts,
            InstantSource clock) {
        keep("gap watch", gaps).start();
        keep("check-out watch", checkOutWatch(config, checkOuts, clock)).start();
        keep("lag watch", new LagWatch(lists, spread, spread, config.spread().limits(), clock))
                .start();
    }

    /** Begins to remove what is kept no longer, too. */
    private PrivacyParts privacy(ServerConfig config, Database database, SqlErasure erasure, InstantSource clock) {
        PrivacyParts privacy = new PrivacyParts(
                new SqlAccessAudit(database),
                new SqlSiteList(database),
                new SqlRestrictions(database),
                new SqlPrivacyCases(database),
                new SqlRowCorrections(database),
                new SqlPersonalData(database));
        ZoneId zone = config.web().zone();
        List<RetentionWatch.Site> sites = config.sites().stream()
                .map(site -> new RetentionWatch.Site(
                        site.name(),
                        site.presence().zone().orElse(zone),
                        site.retention().passages(),
                        site.retention().siteList(),
                        site.retention().passNotes()))
                .toList();
        keep(
                        "retention watch",
                        new RetentionWatch(
                                sites,
                                config.privacy().auditKept(),
                                zone,
                                erasure,
                                new SqlRetention(database),
                                privacy.restrictions(),
                                privacy.siteList(),
                                privacy.audit(),
                                clock))
                .start();
        return privacy;
    }

    private static CheckOutWatch checkOutWatch(ServerConfig config, CheckOuts checkOuts, InstantSource clock) {
        Map<String, CheckOutRules> rules = new TreeMap<>();
        config.sites()
                .forEach(site -> rules.put(
                        site.name(), site.presence().rules(config.web().zone())));
        return new CheckOutWatch(checkOuts, rules, clock);
    }

    private static Map<String, Duration> deniedWithin(ServerConfig config) {
        Map<String, Duration> within = new TreeMap<>();
        config.sites()
                .forEach(site ->
                        site.presence().deniedWithin().ifPresent(duration -> within.put(site.name(), duration)));
        return within;
    }

    private static Map<String, Duration> doubleEntryWithin(ServerConfig config) {
        Map<String, Duration> within = new TreeMap<>();
        config.sites()
                .forEach(site ->
                        site.presence().doubleEntryWithin().ifPresent(duration -> within.put(site.name(), duration)));
        return within;
    }

    /** Begins to pull the register's status list, if there is one. @return what takes it */
    private Optional<Reconciler> pull(
            ServerConfig config,
            SqlRegisterRecords records,
            SqlCardRegister register,
            SqlReconciliations reconciliations,
            InstantSource clock) {
        Optional<ServerConfig.StatusList> setting = config.register().flatMap(ServerConfig.Register::statusList);
        if (setting.isEmpty()) {
            return Optional.empty();
        }
        ServerConfig.Register from = config.register().orElseThrow();
        ServerConfig.StatusList list = setting.get();
        StatusListTokens tokens = new StatusListTokens(
                new StatusListTokens.Settings(list.uri(), from.jwksFile(), Optional.of(from.issuer())));
        Reconciler reconciler = new Reconciler(
                new Reconciler.Settings(
                        config.list(), list.uri().toString(), list.cards(), new ReleaseGuard(from.releasePercentMax())),
                tokens,
                records,
                register,
                reconciliations,
                clock);
        keep(
                "status list pull",
                StatusListPull.start(list.uri(), tokens, reconciler, new PollSchedule(list.interval()), clock));
        return Optional.of(reconciler);
    }

    /** The register's list, and one for each site. All are signed with the same key; each hides its cards under a secret of its own. */
    private static ListIssuers issuers(
            ServerConfig config, Database database, ServerKeys keys, RetainedPublisher publisher, InstantSource clock)
            throws IOException {
        SqlCardStatuses statuses = new SqlCardStatuses(database);
        List<ListIssuer> issuers = new ArrayList<>();
        for (String list : config.lists()) {
            issuers.add(new ListIssuer(
                    list, ListKeys.of(keys, list), statuses, publisher, clock, () -> keys.epochOf(list)));
        }
        return new ListIssuers(issuers);
    }

    private static EnrolmentIssuer enrolmentIssuer(
            ServerConfig config, ListKeys keys, Database database, RetainedPublisher publisher, InstantSource clock) {
        return new EnrolmentIssuer(
                config.sites().stream().map(ServerConfig.Site::name).toList(),
                keys,
                SqlEnrolments.reading(database),
                publisher,
                clock);
    }

    private static TrustIssuer trustIssuer(
            ServerConfig config,
            ServerKeys keys,
            ListKeys listKeys,
            Database database,
            RetainedPublisher publisher,
            InstantSource clock) {
        PolicyChanges changes = SqlPolicyChanges.reading(database);
        return new TrustIssuer(
                keys,
                listKeys,
                () -> config.policies(changes.inForce()),
                new SqlSitePolicies(database),
                publisher,
                clock);
    }

    private BrokerSession.Settings session(
            ServerConfig config, CertificateAuthority authority, SqlGates gates, InstantSource clock)
            throws IOException {
        URI uri;
        SSLContext tls;
        if (config.broker().external().isPresent()) {
            ServerConfig.ExternalSettings external = config.broker().external().get();
            uri = external.uri();
            tls = TlsIdentity.load(
                    external.identity().p12(), external.identity().passwordFile(), external.caFile());
        } else {
            ServerConfig.EmbeddedSettings embedded = config.broker().embedded().orElseThrow();
            keep(
                    "broker",
                    EmbeddedBroker.start(
                            new EmbeddedBroker.Settings(embedded.host(), embedded.port(), embedded.hostNames()),
                            config.dataFolder().resolve("broker"),
                            authority,
                            gates,
                            clock.instant()));
            CertificateAuthority.IdentityFiles own = authority.serverClient(clock.instant());
            uri = URI.create("ssl://localhost:" + embedded.port());
            tls = TlsIdentity.load(own.p12(), own.passwordFile(), own.caPem());
        }
        return new BrokerSession.Settings(
                uri,
                new Identity.Server().commonName(),
                tls,
                Optional.empty(),
                KEEP_ALIVE,
                SESSION_EXPIRY,
                IN_FLIGHT_MAX);
    }

    /**
     * Makes a gate's folder without a server running: opens the database and the authority, and closes them.
     *
     * @throws ServerStartException if they cannot be opened, the server itself may have the database, or the folder not written
     */
    public static void provision(
            ServerConfig config, InstantSource clock, GateAddress gate, Direction direction, Path folder)
            throws ServerStartException {
        try {
            SecretFile.createFolder(config.dataFolder());
            try (Database database = ServerDatabase.open(config)) {
                GateParts.provisioning(
                                config,
                                CertificateAuthority.openOrCreate(
                                        config.dataFolder().resolve("pki"), clock.instant()),
                                new SqlGates(database),
                                ServerKeys.openOrCreate(config.dataFolder(), config.list(), clock.instant()))
                        .provision(gate, direction, folder, clock.instant());
            }
        } catch (IOException | Database.Unusable | RuntimeException e) {
            throw new ServerStartException(e.getMessage(), e);
        }
    }

    /** Makes a gate's folder while this server runs; see {@link GateProvisioning#provision}. */
    public void provision(GateAddress gate, Direction direction, Path folder) throws IOException {
        provisioning.provision(gate, direction, folder, parts.clock().instant());
    }

    public ServerParts parts() {
        return parts;
    }

    private <T extends AutoCloseable> T keep(String what, T part) {
        opened.push(new Opened(what, part));
        return part;
    }

    /** Idempotent. */
    @Override
    public void close() {
        List<String> failed = new ArrayList<>();
        while (!opened.isEmpty()) {
            Opened last = opened.pop();
            try {
                last.part.close();
            } catch (Exception e) {
                failed.add(last.what);
                LOG.warn("the {} did not close cleanly", last.what, e);
            }
        }
        if (failed.isEmpty()) {
            LOG.debug("closed");
        }
    }
}
