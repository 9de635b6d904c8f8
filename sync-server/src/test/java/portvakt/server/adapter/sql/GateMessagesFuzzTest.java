package portvakt.server.adapter.sql;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.v1.AppliedList;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.protocol.v1.ClockTrust;
import portvakt.protocol.v1.EventBatch;
import portvakt.protocol.v1.GateStatus;
import portvakt.protocol.v1.ListState;
import portvakt.server.port.EntryLog;
import portvakt.server.port.EventIngest.Ingested;
import portvakt.server.port.LogEntry;

/**
 * Whatever a gate sends as a batch of events or as its status: the database takes it, a second time changes nothing, and no more is
 * acknowledged than was sent. The first byte says which; b a batch, s a status.
 */
class GateMessagesFuzzTest {

    private static final Instant NOW = Instant.parse("2026-03-02T07:00:00Z");

    private static Database database;
    private static SqlEntryLog log;
    private static SqlEventIngest ingest;
    private static SqlGates gates;

    /** Each input is another gate's; and the database is made anew before it is large. */
    private static int gate;

    private static synchronized GateAddress nextGate() {
        if (gate++ % 2_000 == 0) {
            if (database != null) {
                log.close();
                database.close();
            }
            database = Databases.inMemory();
            database.jdbi()
                    .useHandle(handle -> handle.execute(
                            "INSERT INTO list_state (list, epoch, version, root, revoked_count, suspended_count, issued_at,"
                                    + " expires_at, head) VALUES ('hms-kort', 1, 1, '', 0, 0, ?, ?, ?)",
                            NOW,
                            NOW,
                            new byte[0]));
            log = new SqlEntryLog(database);
            ingest = new SqlEventIngest(database, log);
            gates = new SqlGates(database);
        }
        return new GateAddress("oslo", "g" + gate);
    }

    static Stream<byte[]> messages() {
        Journal journal = new Journal();
        journal.taken(Direction.IN, "4388261", 0);
        journal.exitRequest(1);
        journal.garbage();
        GateStatus status = GateStatus.newBuilder()
                .setOnline(true)
                .setFirmware("0.1.0")
                .setStartedAtMs(NOW.toEpochMilli())
                .setReportedAtMs(NOW.toEpochMilli())
                .setClockTrust(ClockTrust.CLOCK_TRUST_SYNCHRONISED)
                .setJournalLastSequence(3)
                .addLists(AppliedList.newBuilder()
                        .setList("hms-kort")
                        .setEpoch(1)
                        .setVersion(1)
                        .setIssuedAtMs(NOW.toEpochMilli())
                        .setAppliedAtMs(NOW.toEpochMilli())
                        .setState(ListState.LIST_STATE_FRESH))
                .build();
        return Stream.of(chosen('b', journal.batch().toByteArray()), chosen('s', status.toByteArray()));
    }

    private static byte[] chosen(char kind, byte[] message) {
        return ByteBuffer.allocate(1 + message.length)
                .put((byte) kind)
                .put(message)
                .array();
    }

    @MethodSource("messages")
    @FuzzTest
    void fuzz(byte[] input) {
        if (input.length == 0) {
            return;
        }
        byte[] message = Arrays.copyOfRange(input, 1, input.length);
        GateAddress address = nextGate();
        try {
            if (input[0] == 's') {
                GateStatus status = GateStatus.parseFrom(message);
                gates.report(address, status, NOW);
                gates.report(address, status, NOW);
                gates.all();
            } else {
                batch(address, EventBatch.parseFrom(message));
            }
        } catch (InvalidProtocolBufferException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    private static void batch(GateAddress address, EventBatch batch) {
        Ingested first = ingest.ingest(address, batch, NOW);
        long highest = batch.getEventsList().stream()
                .mapToLong(ChainedEvent::getSequence)
                .max()
                .orElse(0);
        assertThat(first.committedSequence()).isBetween(0L, Math.max(0, highest));
        Ingested again = ingest.ingest(address, batch, NOW);
        assertThat(again.committedSequence()).isEqualTo(first.committedSequence());
        assertThat(again.tally().stored()).as("sent twice, stored once").isZero();
        for (LogEntry row : log.after(0, EntryLog.LIMIT_MAX, EntryLog.Filter.NONE)) {
            assertThat(row.detail().orElse("")).doesNotContain("\0");
        }
    }
}
