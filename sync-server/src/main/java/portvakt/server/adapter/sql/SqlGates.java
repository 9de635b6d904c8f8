package portvakt.server.adapter.sql;

import com.google.protobuf.InvalidProtocolBufferException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.StatementContext;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.event.JournalStart;
import portvakt.protocol.v1.GateStatus;
import portvakt.server.log.EventReader;
import portvakt.server.log.LifeSign;
import portvakt.server.port.GateRegistry;
import portvakt.server.port.GateReports;
import portvakt.server.port.Gates;
import portvakt.server.port.StorageException;

/** The server's gates in the database: which there are, whether they may talk, what they last said. */
public final class SqlGates implements Gates, GateReports, GateRegistry {

    private static final int TEXT_CHARS_MAX = 200;
    private static final long JOURNAL_DAYS_MAX = 3_650;
    private static final int ITEMS_MAX = 50;

    private final Database database;
    private final LogFeed feed;
    private final List<Consumer<GateAddress>> cutOff = new CopyOnWriteArrayList<>();

    /** For a program that shows no log; alarms are written, and nobody is told at once. */
    public SqlGates(Database database) {
        this(database, new LogFeed(new LiveFeed(database)));
    }

    /** @param log tells of the alarms */
    public SqlGates(Database database, SqlEntryLog log) {
        this(database, log.feed());
    }

    private SqlGates(Database database, LogFeed feed) {
        this.database = database;
        this.feed = feed;
    }

    @Override
    public List<Gate> all() {
        return stored(
                "the gates cannot be read",
                () -> database.jdbi()
                        .withHandle(handle -> handle.select(
                                        "SELECT * FROM gate WHERE revoked_at IS NULL ORDER BY site, gate")
                                .map(SqlGates::map)
                                .list()));
    }

    @Override
    public void report(GateAddress gate, GateStatus status, Instant receivedAt) {
        Instant received = receivedAt.truncatedTo(ChronoUnit.MILLIS);
        Recorded recorded = stored(
                "a gate's status was not recorded",
                () -> database.jdbi().inTransaction(handle -> record(handle, gate, status, received)));
        if (recorded != Recorded.NOTHING) {
            feed.journalEnds(gate, status.getJournalLastSequence(), received);
        }
        List<GateListTable.WentBack> wentBack = recorded.wentBack;
        // In a transaction of its own, since whoever writes the log locks the log first. If this one is lost, the
        // gate's next status
        // finds the same step again.
        for (GateListTable.WentBack step : wentBack) {
            AlarmRows.write(
                    database,
                    feed,
                    gate,
                    received,
                    handle -> GateListTable.goBack(handle, gate, step) ? Optional.of(detail(step)) : Optional.empty());
        }
        if (recorded.disagrees) {
            AlarmRows.write(
                    database,
                    feed,
                    gate,
                    received,
                    handle -> JournalEnds.disagree(handle, gate, status, recorded.endedAt, received));
        }
    }

    /**
     * @param endedAt   where the status before it said that the journal ends
     * @param disagrees whether the status and the log may differ about where the journal ends
     */
    private record Recorded(List<GateListTable.WentBack> wentBack, long endedAt, boolean disagrees) {
        private static final Recorded NOTHING = new Recorded(List.of(), 0, false);
    }

    private static Recorded record(Handle handle, GateAddress gate, GateStatus status, Instant received) {
        Optional<Direction> direction = EventReader.direction(status.getDirection());
        GateTable.ensure(handle, gate, direction.orElse(Direction.IN));
        if (!status.getOnline()) {
            handle.execute("UPDATE gate SET online = FALSE WHERE site = ? AND gate = ?", gate.site(), gate.gate());
            return Recorded.NOTHING;
        }
        GateTable.Presence before = GateTable.presence(handle, gate);
        GateStatus recorded = parse(before.status());
        GateTable.seen(handle, gate, LifeSign.of(status, received));
        if (ReportOrder.isBefore(handle, gate, status, recorded)) {
            return Recorded.NOTHING;
        }
        Instant onlineSince = before.onlineSince().orElse(received);
        direction.ifPresent(known -> handle.execute(
                "UPDATE gate SET direction = ? WHERE site = ? AND gate = ?", known.name(), gate.site(), gate.gate()));
        handle.execute(
                "UPDATE gate SET online = TRUE, online_since = ?, journal_last = ?, status = ? WHERE site = ? AND gate = ?",
                onlineSince,
                Math.max(0, status.getJournalLastSequence()),
                status.toByteArray(),
                gate.site(),
                gate.gate());
        List<GateListTable.WentBack> wentBack = GateListTable.take(handle, gate, status, onlineSince, received);
        long endedAt = recorded.getJournalLastSequence();
        return new Recorded(
                wentBack,
                endedAt,
                !ReportOrder.isSame(status, recorded) && JournalEnds.mayDisagree(handle, gate, status, endedAt));
    }

    private static String detail(GateListTable.WentBack step) {
        return "LIST_WENT_BACK: " + step.list() + ": the gate had v" + step.fromVersion() + " (epoch "
                + step.fromEpoch() + ") and now has v" + step.toVersion() + " (epoch " + step.toEpoch() + ")";
    }

    @Override
    public JournalStart register(
            GateAddress gate, Direction direction, String certificateSerial, byte[] certificate, Instant now) {
        Instant at = now.truncatedTo(ChronoUnit.MILLIS);
        return letInAnew(gate, at, handle -> {
                    letIn(handle, gate, direction, certificateSerial, certificate, at);
                    return true;
                })
                .orElseThrow();
    }

    /** @param work lets it in; false if it does not, and then it has changed nothing */
    private Optional<JournalStart> letInAnew(GateAddress gate, Instant at, Predicate<Handle> work) {
        feed.commits().lock();
        Optional<LogEnd.Settled> settled;
        try {
            settled = stored(
                    "the gate was not registered",
                    () -> database.jdbi().inTransaction(handle -> {
                        long id = AlarmRows.nextId(handle);
                        return work.test(handle) ? Optional.of(LogEnd.settle(handle, gate, id, at)) : Optional.empty();
                    }));
            settled.ifPresent(end -> {
                feed.letIn(gate);
                feed.committed(end.rows());
            });
        } finally {
            feed.commits().unlock();
        }
        if (settled.isPresent()) {
            isLetIn(gate);
        }
        return settled.map(LogEnd.Settled::start);
    }

    private void isLetIn(GateAddress gate) {
        database.makeDurable();
        cutOff.forEach(listener -> listener.accept(gate));
    }

    private static void letIn(
            Handle handle, GateAddress gate, Direction direction, String serial, byte[] certificate, Instant at) {
        GateTable.ensure(handle, gate, direction);
        CertificateTable.insert(handle, gate, certificate, at);
        handle.execute(
                "UPDATE gate SET direction = ?, registered_at = ?, revoked_at = NULL, certificate_serial = ?"
                        + " WHERE site = ? AND gate = ?",
                direction.name(),
                at,
                serial,
                gate.site(),
                gate.gate());
    }

    @Override
    public Optional<JournalStart> register(Certified certified, Instant now) {
        Instant at = now.truncatedTo(ChronoUnit.MILLIS);
        if (certified.code().isPresent()) {
            long code = certified.code().get();
            return letInAnew(certified.gate(), at, handle -> {
                boolean spent = SqlGateCodes.spend(handle, code, certified.publicKey(), at);
                if (spent) {
                    letIn(handle, certified, at);
                }
                return spent;
            });
        }
        stored(
                "the gate was not registered",
                () -> database.jdbi().inTransaction(handle -> {
                    letIn(handle, certified, at);
                    return true;
                }));
        isLetIn(certified.gate());
        return Optional.of(logEnd(certified.gate()));
    }

    private static void letIn(Handle handle, Certified certified, Instant at) {
        letIn(handle, certified.gate(), certified.direction(), certified.serial(), certified.der(), at);
    }

    @Override
    public JournalStart logEnd(GateAddress gate) {
        return stored(
                "where a gate's log ends cannot be read",
                () -> database.jdbi().inTransaction(handle -> LogEnd.committed(handle, gate)));
    }

    @Override
    public Optional<byte[]> certificate(GateAddress gate) {
        return stored(
                "the gates' certificates cannot be read",
                () -> database.jdbi().withHandle(handle -> CertificateTable.admitted(handle, gate)));
    }

    @Override
    public Optional<Direction> direction(GateAddress gate) {
        return stored(
                "the gates cannot be read",
                () -> database.jdbi()
                        .withHandle(handle -> handle.select(
                                        "SELECT direction FROM gate WHERE site = ? AND gate = ? AND revoked_at IS NULL",
                                        gate.site(),
                                        gate.gate())
                                .mapTo(String.class)
                                .findOne()
                                .map(Direction::valueOf)));
    }

    @Override
    public boolean revoke(GateAddress gate, Instant now) {
        boolean revoked = stored(
                        "the gate was not cut off",
                        () -> database.jdbi()
                                .withHandle(handle -> handle.execute(
                                        "UPDATE gate SET revoked_at = ?, certificate_serial = NULL, online = FALSE"
                                                + " WHERE site = ? AND gate = ? AND revoked_at IS NULL",
                                        now.truncatedTo(ChronoUnit.MILLIS),
                                        gate.site(),
                                        gate.gate())))
                > 0;
        database.makeDurable();
        if (revoked) {
            cutOff.forEach(listener -> listener.accept(gate));
        }
        return revoked;
    }

    @Override
    public Map<GateAddress, Instant> certificatesUntil() {
        return stored(
                "the gates' certificates cannot be read",
                () -> database.jdbi().withHandle(CertificateTable::newestUntil));
    }

    @Override
    public boolean isAdmitted(GateAddress gate, String certificateSerial) {
        return stored(
                "the gates cannot be read",
                () -> database.jdbi().withHandle(handle -> admitted(handle, gate, certificateSerial)));
    }

    private static boolean admitted(Handle handle, GateAddress gate, String certificateSerial) {
        return handle.select(
                        "SELECT 1 FROM gate WHERE site = ? AND gate = ? AND revoked_at IS NULL AND certificate_serial = ?",
                        gate.site(),
                        gate.gate(),
                        certificateSerial)
                .mapTo(Integer.class)
                .findFirst()
                .isPresent();
    }

    @Override
    public void onCutOff(Consumer<GateAddress> listener) {
        cutOff.add(listener);
    }

    /** A gate may say what it likes; ten years or more are the same to a reader. */
    private static Optional<Long> daysLeft(GateStatus status) {
        long days = status.getJournalRoom().getDaysLeft();
        return status.getJournalRoom().hasDaysLeft()
                ? Optional.of(days < 0 ? JOURNAL_DAYS_MAX : Math.min(days, JOURNAL_DAYS_MAX))
                : Optional.empty();
    }

    private static Gate map(ResultSet row, StatementContext context) throws SQLException {
        GateStatus status = parse(row.getBytes("status"));
        return new Gate(
                row.getString("site"),
                row.getString("gate"),
                Direction.valueOf(row.getString("direction")),
                row.getBoolean("online"),
                Optional.ofNullable(row.getObject("last_seen_at", OffsetDateTime.class))
                        .map(OffsetDateTime::toInstant),
                EventReader.text(status.getFirmware(), TEXT_CHARS_MAX).orElse(""),
                EventReader.clockTrust(status.getClockTrust()),
                row.getLong("committed_sequence"),
                row.getLong("journal_last"),
                daysLeft(status),
                status.getListsList().stream()
                        .filter(list -> Topics.isName(list.getList()))
                        .limit(ITEMS_MAX)
                        .map(list -> new AppliedList(
                                list.getList(),
                                list.getEpoch(),
                                list.getVersion(),
                                Instant.ofEpochMilli(list.getIssuedAtMs()),
                                Instant.ofEpochMilli(list.getAppliedAtMs()),
                                GateListTable.state(list),
                                list.getDamagedBuckets(),
                                list.getFetchingVersion()))
                        .toList(),
                status.getDevicesList().stream()
                        .limit(ITEMS_MAX)
                        .map(device -> new Device(
                                EventReader.text(device.getDevice(), TEXT_CHARS_MAX)
                                        .orElse(""),
                                device.getReady(),
                                EventReader.text(device.getDetail(), TEXT_CHARS_MAX)
                                        .orElse("")))
                        .toList(),
                vitals(status));
    }

    private static Vitals vitals(GateStatus status) {
        if (!status.getOnline()) {
            return Vitals.UNKNOWN;
        }
        return new Vitals(
                status.getStartedAtMs() > 0
                        ? Optional.of(Instant.ofEpochMilli(status.getStartedAtMs()))
                        : Optional.empty(),
                status.hasPolicyVersion() ? Optional.of(Math.max(0, status.getPolicyVersion())) : Optional.empty(),
                status.hasEnrolmentsVersion()
                        ? Optional.of(Math.max(0, status.getEnrolmentsVersion()))
                        : Optional.empty(),
                status.hasTemperatureMillicelsius()
                        ? Optional.of(status.getTemperatureMillicelsius())
                        : Optional.empty(),
                status.getDiskFreeBytes() > 0 ? Optional.of(status.getDiskFreeBytes()) : Optional.empty());
    }

    static GateStatus parse(byte[] bytes) {
        if (bytes == null) {
            return GateStatus.getDefaultInstance();
        }
        try {
            return GateStatus.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a stored status was a message when it was stored", e);
        }
    }

    private static <T> T stored(String otherwise, Supplier<T> work) {
        try {
            return work.get();
        } catch (JdbiException e) {
            throw new StorageException(otherwise, e);
        }
    }
}
