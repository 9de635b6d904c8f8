package portvakt.server.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.event.EventChain;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.protocol.v1.GateStarted;
import portvakt.server.adapter.sql.Database;
import portvakt.server.adapter.sql.Databases;
import portvakt.server.adapter.sql.GateKeys;
import portvakt.server.adapter.sql.Journal;
import portvakt.server.adapter.sql.SqlEntryLog;
import portvakt.server.adapter.sql.SqlEventIngest;
import portvakt.server.adapter.sql.SqlEvidence;
import portvakt.server.evidence.ChainReport.Broken;
import portvakt.server.evidence.ChainReport.Fault;
import portvakt.server.evidence.ChainReport.Proved;
import portvakt.server.evidence.ChainReport.Span;
import portvakt.server.port.Evidence;

/** A file as the server exports it proves; one that somebody changed does not, and the event and the kind of change are named. */
class VerifyLogTest {

    private static final GateAddress GATE = new GateAddress("oslo", "north");
    private static final GateAddress OTHER = new GateAddress("oslo", "south");
    private static final Instant NOW = Instant.parse("2026-03-02T09:00:00Z");

    @TempDir
    Path folder;

    private final Journal journal = new Journal();
    private Database database;
    private SqlEntryLog log;
    private SqlEventIngest ingest;
    private GateKeys keys;
    private X509Certificate authority;

    /** Events 1 to 8 and a seal, then 10 to 12. */
    @BeforeEach
    void fill() throws IOException {
        database = Databases.inMemory();
        log = new SqlEntryLog(database);
        ingest = new SqlEventIngest(database, log);
        keys = GateKeys.provision(database, GATE, folder);
        authority = GateKeys.authority(folder).certificate();
        for (int minute = 0; minute < 8; minute++) {
            journal.taken(Direction.IN, "123456" + minute, minute);
        }
        keys.seal(journal, 8);
        for (int minute = 9; minute < 12; minute++) {
            journal.exitRequest(minute);
        }
        ingest.ingest(GATE, journal.batch(), NOW);
    }

    @AfterEach
    void close() {
        log.close();
        database.close();
    }

    private List<String> export(GateAddress gate, long from) throws IOException {
        Evidence evidence = new SqlEvidence(database);
        Evidence.Source source = evidence.find(gate).orElseThrow();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ChainExport.write(evidence, header(source, from), out);
        return new ArrayList<>(out.toString(StandardCharsets.UTF_8).lines().toList());
    }

    private ChainFile.Header header(Evidence.Source source, long from) {
        return new ChainFile.Header(
                source.gate(), source.direction(), from, source.last(), NOW, source.certificates(), authority);
    }

    private ChainReport verify(List<String> lines) throws IOException {
        return verify(lines, 0);
    }

    private ChainReport verify(List<String> lines, long expectLast) throws IOException {
        return new ChainVerifier(Optional.of(authority), expectLast)
                .verify(new BufferedReader(new StringReader(String.join("\n", lines) + "\n")));
    }

    private void assertBroken(List<String> lines, Fault fault, long sequence) throws IOException {
        assertThat(verify(lines)).isInstanceOfSatisfying(Broken.class, broken -> {
            assertThat(broken.fault()).as(broken.detail()).isEqualTo(fault);
            assertThat(broken.sequence()).as(broken.detail()).isEqualTo(sequence);
        });
    }

    /** The file with the line of one event made anew, in the clear too, as somebody would who knows the format. */
    private List<String> with(List<String> lines, int sequence, UnaryOperator<ChainedEvent> change) throws IOException {
        try {
            ChainFile.Line line = ChainFile.line(lines.get(sequence));
            lines.set(
                    sequence,
                    ChainFile.line(ChainFile.header(lines.getFirst()), change.apply(line.event()), line.receivedAt()));
            return lines;
        } catch (ChainFile.Unreadable e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whatTheServerExportsIsProvedUpToTheSeal() throws IOException {
        assertThat(verify(export(GATE, 1))).isInstanceOfSatisfying(Proved.class, proved -> {
            assertThat(proved.last()).isEqualTo(12);
            assertThat(proved.sealedTo()).isEqualTo(8);
            assertThat(proved.seals()).isEqualTo(1);
            assertThat(proved.tally().erased()).isZero();
        });
        assertThat(verify(export(GATE, 4)))
                .isInstanceOfSatisfying(
                        Proved.class, proved -> assertThat(proved.first()).isEqualTo(4));
    }

    @Test
    void everyEditedByteOfEveryEventIsFound() throws IOException {
        for (int sequence = 1; sequence <= 12; sequence++) {
            String line = export(GATE, 1).get(sequence);
            int start = line.indexOf("\"event\":\"") + 9;
            int end = line.indexOf('"', start);
            byte[] bytes = Base64.getDecoder().decode(line.substring(start, end));
            for (int at = 0; at < bytes.length; at += 7) {
                byte[] changed = bytes.clone();
                changed[at] ^= 1;
                List<String> lines = export(GATE, 1);
                lines.set(
                        sequence,
                        line.substring(0, start) + Base64.getEncoder().encodeToString(changed) + line.substring(end));
                assertThat(verify(lines))
                        .as("byte %d of event %d", at, sequence)
                        .isInstanceOf(Broken.class);
            }
        }
    }

    @Test
    void anEditedEventIsNamedHoweverWellItWasEdited() throws IOException {
        UnaryOperator<ChainedEvent> later = event -> {
            byte[] facts = event.getFacts().toByteArray();
            facts[1] ^= 1;
            return event.toBuilder().setFacts(ByteString.copyFrom(facts)).build();
        };
        for (int sequence : new int[] {1, 5, 8, 10, 12}) {
            assertBroken(with(export(GATE, 1), sequence, later), Fault.EDITED, sequence);
        }
        List<String> shown = export(GATE, 1);
        shown.set(5, shown.get(5).replace("1234564", "7654321"));
        assertBroken(shown, Fault.EDITED, 5);
        UnaryOperator<ChainedEvent> person = event -> event.toBuilder()
                .setSubject(Journal.subject("7654321").toByteString())
                .build();
        assertBroken(with(export(GATE, 1), 5, person), Fault.EDITED, 5);
    }

    @Test
    void aDroppedEventIsNamedAlsoWhereTheOthersWereNumberedAnew() throws IOException {
        for (int sequence : new int[] {1, 5, 11}) {
            List<String> lines = export(GATE, 1);
            lines.remove(sequence);
            assertBroken(lines, Fault.DROPPED, sequence);
        }
        List<String> renumbered = export(GATE, 1);
        renumbered.remove(5);
        for (int sequence = 5; sequence <= 11; sequence++) {
            with(
                    renumbered,
                    sequence,
                    event -> event.toBuilder()
                            .setSequence(event.getSequence() - 1)
                            .build());
        }
        assertBroken(renumbered, Fault.DROPPED, 5);
    }

    @Test
    void twoThatChangedPlacesAreNamedAlsoWhereTheyWereNumberedAnew() throws IOException {
        List<String> lines = export(GATE, 1);
        lines.add(5, lines.remove(6));
        assertBroken(lines, Fault.SWAPPED, 5);
        with(lines, 5, event -> event.toBuilder().setSequence(5).build());
        with(lines, 6, event -> event.toBuilder().setSequence(6).build());
        assertBroken(lines, Fault.SWAPPED, 5);
    }

    @Test
    void anotherGatesRecordIsNamed() throws IOException {
        Journal others = new Journal();
        for (int minute = 100; minute < 120; minute++) {
            others.taken(Direction.OUT, "7654321", minute);
        }
        GateKeys.provision(database, OTHER, folder);
        ingest.ingest(OTHER, others.batch(), NOW);
        List<String> foreign = export(OTHER, 1);

        List<String> sameNumber = export(GATE, 1);
        sameNumber.set(5, foreign.get(5));
        assertBroken(sameNumber, Fault.SPLICED, 5);
        List<String> inserted = export(GATE, 1);
        inserted.add(5, foreign.get(5));
        assertBroken(inserted, Fault.SPLICED, 5);
        List<String> otherNumber = export(GATE, 1);
        otherNumber.set(5, foreign.get(17));
        assertBroken(otherNumber, Fault.SPLICED, 5);
    }

    @Test
    void aTailThatWasCutIsNamed() throws IOException {
        List<String> endLineLeft = export(GATE, 1);
        endLineLeft.remove(12);
        assertBroken(endLineLeft, Fault.TAIL_CUT, 12);

        List<String> cut = export(GATE, 1).subList(0, 11);
        assertBroken(cut, Fault.TAIL_CUT, 11);
    }

    @Test
    void aTailThatWasCutWellIsFoundByWhatIsKnownFromElsewhere() throws IOException {
        Evidence evidence = new SqlEvidence(database);
        Evidence.Source source = evidence.find(GATE).orElseThrow();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ChainExport.write(
                evidence, header(new Evidence.Source(GATE, source.direction(), 10, source.certificates()), 1), out);
        List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();

        assertThat(verify(lines)).isInstanceOf(Proved.class);
        assertThat(verify(lines, 12)).isInstanceOfSatisfying(Broken.class, broken -> {
            assertThat(broken.fault()).isEqualTo(Fault.TAIL_CUT);
            assertThat(broken.sequence()).isEqualTo(11);
        });
    }

    /** The server's operator makes the chain anew from an event on: each link fits, but not the gate's signature. */
    @Test
    void aChainThatWasMadeAnewFailsAtTheNextSeal() throws IOException {
        List<String> lines = export(GATE, 1);
        ByteString[] previous = {null};
        for (int sequence = 5; sequence <= 12; sequence++) {
            with(lines, sequence, event -> {
                ChainedEvent.Builder forged = event.toBuilder();
                if (previous[0] == null) {
                    forged.clearSubject().clearSubjectCommitment();
                } else {
                    forged.setPreviousHash(previous[0]);
                }
                previous[0] = EventChain.hash(forged.build());
                return forged.build();
            });
        }
        lines.set(13, ChainFile.end(new ChainFile.End(12, 12, previous[0])));
        assertBroken(lines, Fault.BAD_SEAL, 9);
    }

    @Test
    void aFileUnderAnotherNameOrByAnotherAuthorityDoesNotProve(@TempDir Path elsewhere) throws IOException {
        List<String> renamed = export(GATE, 1);
        renamed.set(0, renamed.getFirst().replace("\"north\"", "\"south\""));
        assertBroken(renamed, Fault.BAD_CERTIFICATE, 0);
        authority = GateKeys.authority(elsewhere).certificate();
        assertBroken(export(GATE, 1), Fault.BAD_CERTIFICATE, 0);
    }

    /** Events 13 to 14 of a new computer, to which the server said that the log ends at 12, and its seal. */
    private void replaced() {
        journal.add(
                Journal.facts(12)
                        .setGateStarted(GateStarted.newBuilder().setGoesOnAfterSequence(12))
                        .build(),
                null);
        journal.exitRequest(13);
        keys.seal(journal, 14);
        ingest.ingest(GATE, journal.batch(13, 15), NOW);
    }

    /** It took the server's word for what was before it, so its seal is not worth more than that word. */
    @Test
    void aNewComputersSealDoesNotVouchForWhatTheOldOneWroteAfterItsLast() throws IOException {
        replaced();
        assertThat(verify(export(GATE, 1))).isInstanceOfSatisfying(Proved.class, proved -> {
            assertThat(proved.sealedTo()).isEqualTo(14);
            assertThat(proved.seals()).isEqualTo(2);
            assertThat(proved.unvouched()).containsExactly(new Span(9, 12));
        });
        assertThat(verify(export(GATE, 10)))
                .isInstanceOfSatisfying(
                        Proved.class, proved -> assertThat(proved.unvouched()).containsExactly(new Span(10, 12)));
        assertThat(verify(export(GATE, 13)))
                .isInstanceOfSatisfying(
                        Proved.class, proved -> assertThat(proved.unvouched()).isEmpty());
    }

    /** Behind the last seal nothing is vouched for anyhow, and is told once. */
    @Test
    void whatNoSealFollowsIsToldOnce() throws IOException {
        journal.add(
                Journal.facts(12)
                        .setGateStarted(GateStarted.newBuilder().setGoesOnAfterSequence(12))
                        .build(),
                null);
        ingest.ingest(GATE, journal.batch(13, 13), NOW);
        assertThat(verify(export(GATE, 1))).isInstanceOfSatisfying(Proved.class, proved -> {
            assertThat(proved.sealedTo()).isEqualTo(8);
            assertThat(proved.unvouched()).isEmpty();
        });
    }

    /** An operator who would have the new seal vouch for the old end: the mark is under it. */
    @Test
    void theMarkOfANewComputerCannotBeTakenOut() throws IOException {
        replaced();
        List<String> lines = with(
                export(GATE, 1),
                13,
                event -> event.toBuilder()
                        .setFacts(Journal.facts(12)
                                .setGateStarted(GateStarted.getDefaultInstance())
                                .build()
                                .toByteString())
                        .build());
        assertBroken(lines, Fault.EDITED, 13);
    }

    @Test
    void aFileOfTheVersionBeforeStillProves() throws IOException {
        List<String> lines = export(GATE, 1);
        assertThat(lines.getFirst()).contains("\"version\":2");
        lines.set(0, lines.getFirst().replace("\"version\":2", "\"version\":1"));
        assertThat(verify(lines)).isInstanceOf(Proved.class);
        lines.set(0, lines.getFirst().replace("\"version\":1", "\"version\":3"));
        assertThat(verify(lines)).isInstanceOf(ChainReport.Unusable.class);
    }

    @Test
    void withoutASealNothingIsProved() throws IOException {
        assertBroken(export(GATE, 10), Fault.UNSEALED, 0);
    }

    @Test
    void whatIsNoSuchFileIsUnusable() throws IOException {
        assertThat(verify(List.of("{}"))).isInstanceOf(ChainReport.Unusable.class);
        assertThat(verify(List.of("\u0000 garbage"))).isInstanceOf(ChainReport.Unusable.class);
    }

    /** A hundred thousand events go through in pages; none is kept. */
    @Test
    void aLongChainIsWrittenPageByPage() throws IOException {
        int events = 100_000;
        List<Integer> pages = new ArrayList<>();
        Evidence endless = new Evidence() {
            private ByteString hash = EventChain.GENESIS;

            @Override
            public Optional<Source> find(GateAddress gate) {
                return Optional.empty();
            }

            @Override
            public List<Stored> page(GateAddress gate, long from, long to) {
                long last = Math.min(to, from + PAGE_MAX - 1);
                pages.add((int) (last - from + 1));
                return LongStream.rangeClosed(from, last)
                        .mapToObj(sequence -> {
                            ChainedEvent event = EventChain.link(
                                    sequence,
                                    hash,
                                    Journal.facts((int) (sequence % 1000)).build(),
                                    null);
                            hash = EventChain.hash(event);
                            return new Stored(event, NOW);
                        })
                        .toList();
            }
        };
        long[] lines = {0};
        OutputStream counting = new OutputStream() {
            @Override
            public void write(int value) {
                lines[0] += value == '\n' ? 1 : 0;
            }
        };
        Evidence.Source source = new Evidence.Source(GATE, Direction.IN, events, List.of());
        assertThat(ChainExport.write(endless, header(source, 1), counting)).isEqualTo(events);
        assertThat(lines[0]).isEqualTo(events + 2);
        assertThat(pages).hasSize(events / Evidence.PAGE_MAX).containsOnly(Evidence.PAGE_MAX);
    }
}
