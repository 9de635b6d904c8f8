package portvakt.sim.lists;

import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import java.util.regex.Pattern;
import portvakt.gate.status.TrustReplica;
import portvakt.gate.testing.HandClock;
import portvakt.gate.testing.MemoryDisk;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.protocol.sign.Pem;
import portvakt.protocol.sign.RootKeys;
import portvakt.server.adapter.issuer.ListKeys;
import portvakt.server.adapter.issuer.SteppedIssuer;
import portvakt.server.adapter.keys.ServerKeys;
import portvakt.server.adapter.register.CardImports;
import portvakt.server.adapter.sql.Database;
import portvakt.server.adapter.sql.SqlCardRegister;
import portvakt.server.adapter.sql.SqlCardStatuses;
import portvakt.server.adapter.sql.SqlRegisterRecords;
import portvakt.server.list.ListContent;
import portvakt.server.list.ReleaseGuard;
import portvakt.server.port.CardRegister;
import portvakt.server.port.CardRegister.Outcome;
import portvakt.server.port.Lists.PublishedList;
import portvakt.server.port.RegisterRecords;
import portvakt.server.port.StatusChange;

/**
 * The server's own register, imports, database and issuer of one list, stepped by hand: it can stop in the middle of a round and
 * is started again on what the database has. For one thread.
 */
final class StatusServer implements AutoCloseable {

    static final String LIST = "hms-kort";

    private static final Pattern CARD_NUMBERS = Pattern.compile("[0-9]{1,16}");

    private final String databaseUrl;
    private final ListKeys keys;
    private final RootKeys roots;
    private final byte[] trustFile;
    private final byte[] secret;
    private final HandClock clock;
    private final FaultyBroker broker;
    private final LongConsumer committed;
    private Database database;
    private FaultyStatuses commits;
    private CardRegister register;
    private CardImports imports;
    private Optional<SteppedIssuer> issuer = Optional.empty();
    private boolean woken;
    private long dueNs;

    /** @param committed told each version up to which versions were committed */
    StatusServer(String databaseUrl, Path folder, HandClock clock, FaultyBroker broker, LongConsumer committed)
            throws Exception {
        ServerKeys serverKeys = ServerKeys.openOrCreate(folder, LIST, HandClock.START);
        this.databaseUrl = databaseUrl;
        this.keys = ListKeys.of(serverKeys, LIST);
        this.roots = new RootKeys(Pem.publicKeys(serverKeys.rootsPem()), serverKeys.rootThreshold());
        this.trustFile = serverKeys.trustFile();
        this.secret = serverKeys.secret(LIST);
        this.clock = clock;
        this.broker = broker;
        this.committed = committed;
        this.database = Database.open(databaseUrl, Optional.empty(), Optional.empty());
    }

    ReplicaGate.Provisioned provisioned() throws Exception {
        TrustReplica trust = new TrustReplica(new TrustReplica.Start(roots, trustFile), new MemoryDisk());
        return new ReplicaGate.Provisioned(LIST, trust.headsOf(LIST), secret);
    }

    boolean isRunning() {
        return issuer.isPresent();
    }

    /** Starts on what the database has. */
    void start() throws Database.Unusable {
        if (database == null) {
            database = Database.open(databaseUrl, Optional.empty(), Optional.empty());
        }
        InstantSource wall = () -> clock.now().wall();
        commits = new FaultyStatuses(new SqlCardStatuses(database), committed);
        SteppedIssuer started = new SteppedIssuer(
                LIST, keys, commits, broker, wall, () -> clock.now().uptimeNs());
        register = new SqlCardRegister(database, wall, _ -> {
            started.changed();
            woken = true;
        });
        imports = new CardImports(
                new SqlRegisterRecords(database, wall), register, CARD_NUMBERS, new ReleaseGuard(100), wall);
        issuer = Optional.of(started);
        woken = true;
    }

    /** Ends at once, whatever is under way. */
    void stop() {
        broker.cutLink();
        issuer = Optional.empty();
        if (!isInMemory()) {
            database.close();
            database = null;
        }
    }

    /** A database in memory is gone when it is closed, so it stays open over the server's restarts. */
    private boolean isInMemory() {
        return databaseUrl.startsWith("jdbc:h2:mem:");
    }

    FaultyStatuses commits() {
        return commits;
    }

    void connect() {
        issuer.orElseThrow().brokerConnected(broker.link());
        broker.checkpointsThere(LIST).forEach(issuer.get()::checkpointThere);
        woken = true;
    }

    /** The broker has answered something. */
    void wake() {
        woken = true;
    }

    /** What tokens say, all in one commit, as many pushes at once are. */
    List<Outcome> push(List<StatusChange> changes) {
        return register.applyAll(changes);
    }

    /** One token. */
    Outcome push(StatusChange change) {
        return register.apply(change);
    }

    /** Takes a file of statuses. @return what it came to */
    CardImports.Result take(String csv, boolean whole) throws CardImports.Unreadable {
        return imports.take(
                new CardImports.Request(LIST, whole, false, Optional.empty(), "anna"),
                new ByteArrayInputStream(csv.getBytes(StandardCharsets.UTF_8)));
    }

    /** Does the issuer's round if one is due. It may stop in it. */
    void step() {
        long nowNs = clock.now().uptimeNs();
        if (issuer.isEmpty() || (!woken && nowNs < dueNs)) {
            return;
        }
        woken = false;
        try {
            dueNs = nowNs + issuer.get().round().toNanos();
        } catch (FaultyStatuses.ServerStopped e) {
            stop();
        }
    }

    /** The newest version that is committed, and what its set is by the database. */
    byte[] snapshot(byte[] head) {
        ListContent content = ListContent.of(new SqlCardStatuses(database).listed(LIST), keys.cardKeys());
        byte[] table = content.table().bytes();
        ByteBuffer file = ByteBuffer.allocate(head.length + table.length + content.count() * Long.BYTES);
        file.put(head).put(table);
        file.asLongBuffer().put(content.keys());
        return file.array();
    }

    PublishedList published() {
        return issuer.orElseThrow().published().orElseThrow();
    }

    /** What the register's records say of these cards. */
    Map<CardNumber, CardStatus> statuses(List<CardNumber> cards) {
        Map<CardNumber, RegisterRecords.Known> known =
                new SqlRegisterRecords(database, () -> clock.now().wall()).known(LIST);
        Map<CardNumber, CardStatus> statuses = new TreeMap<>();
        for (CardNumber card : cards) {
            statuses.put(card, known.containsKey(card) ? known.get(card).status() : CardStatus.VALID);
        }
        return statuses;
    }

    @Override
    public void close() {
        if (database != null) {
            database.close();
        }
    }
}
