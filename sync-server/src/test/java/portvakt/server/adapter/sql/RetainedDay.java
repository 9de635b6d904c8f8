package portvakt.server.adapter.sql;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import portvakt.protocol.CardNumber;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.pass.HolderKind;
import portvakt.protocol.pass.Pass;
import portvakt.protocol.pass.PassNumber;
import portvakt.server.evidence.ChainExport;
import portvakt.server.evidence.ChainFile;
import portvakt.server.evidence.ChainReport;
import portvakt.server.evidence.ChainVerifier;
import portvakt.server.port.EntryLog;
import portvakt.server.port.Evidence;
import portvakt.server.port.LogEntry;

/** A site's day in a real database: two people came and went, and the gate signed it. */
public final class RetainedDay implements AutoCloseable {

    public static final CardNumber KARI = new CardNumber("1234567");
    public static final CardNumber OLA = new CardNumber("7654321");

    private static final GateAddress GATE = new GateAddress("oslo", "north");
    private static final PassNumber PASS = new PassNumber("0000000000000001");

    private final Database database = Databases.inMemory();
    private final Path folder;
    private final SqlEntryLog log = new SqlEntryLog(database);
    public final SqlErasure erasure = new SqlErasure(database);
    public final SqlRetention retention = new SqlRetention(database);
    public final SqlRestrictions restrictions = new SqlRestrictions(database);
    public final SqlSiteList siteList = new SqlSiteList(database);
    public final SqlAccessAudit audit = new SqlAccessAudit(database);

    public RetainedDay(Path folder) {
        this.folder = folder;
        Journal journal = new Journal();
        GateKeys keys = GateKeys.provision(database, GATE, folder);
        journal.taken(Direction.IN, KARI.digits(), 0);
        journal.taken(Direction.IN, OLA.digits(), 1);
        journal.taken(Direction.OUT, KARI.digits(), 60);
        journal.taken(Direction.OUT, OLA.digits(), 61);
        keys.seal(journal, 62);
        new SqlEventIngest(database, log).ingest(GATE, journal.batch(), Journal.START.plusSeconds(4000));
    }

    /** When it was. */
    public Instant passed() {
        return Journal.START;
    }

    public List<LogEntry> rows() {
        return log.after(0, EntryLog.LIMIT_MAX, EntryLog.Filter.NONE);
    }

    /** @return when it ends */
    public Instant pass(String note) {
        Instant until = Journal.START.plus(Duration.ofDays(1));
        new SqlPasses(database)
                .issue(new Pass("oslo", PASS, HolderKind.VISITOR, Journal.START, until), note, "kari", Journal.START);
        return until;
    }

    public String passNote() {
        return new SqlPasses(database).find("oslo", PASS).orElseThrow().note();
    }

    public void quarantineIllegible(String text) {
        database.jdbi()
                .useTransaction(handle -> QuarantineTable.insert(
                        handle,
                        GATE,
                        99,
                        QuarantineTable.Cause.NO_BATCH,
                        "no batch",
                        text.getBytes(StandardCharsets.US_ASCII),
                        Journal.START));
    }

    /** The chain as it is handed out, proved. */
    public ChainReport.Proved verify() throws IOException {
        Evidence evidence = new SqlEvidence(database);
        Evidence.Source source = evidence.find(GATE).orElseThrow();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ChainExport.write(
                evidence,
                new ChainFile.Header(
                        GATE,
                        source.direction(),
                        1,
                        source.last(),
                        Journal.START,
                        source.certificates(),
                        GateKeys.authority(folder).certificate()),
                out);
        return (ChainReport.Proved) new ChainVerifier(Optional.empty(), 5)
                .verify(new BufferedReader(new StringReader(out.toString(StandardCharsets.UTF_8))));
    }

    /** Every table where the bytes of a text stand. */
    public List<String> tablesWith(String text) {
        String hex = HexFormat.of().formatHex(text.getBytes(StandardCharsets.US_ASCII));
        return database.jdbi()
                .withHandle(handle -> List.of(
                                "automatic_check_out",
                                "double_entry",
                                "event",
                                "log_entry",
                                "presence",
                                "presence_correction",
                                "quarantine")
                        .stream()
                        .filter(table -> handle.select("SELECT * FROM " + table).mapToMap().list().stream()
                                .flatMap(row -> row.values().stream())
                                .anyMatch(value -> value instanceof byte[] bytes
                                        ? HexFormat.of().formatHex(bytes).contains(hex)
                                        : String.valueOf(value).contains(text)))
                        .toList());
    }

    @Override
    public void close() {
        log.close();
        database.close();
    }
}
