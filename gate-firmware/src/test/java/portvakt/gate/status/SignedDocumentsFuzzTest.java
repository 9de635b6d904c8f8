package portvakt.gate.status;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import portvakt.gate.access.Enrolments;
import portvakt.gate.access.Passback;
import portvakt.gate.access.SiteRules;
import portvakt.gate.testing.HandClock;
import portvakt.gate.testing.MemoryDisk;
import portvakt.protocol.CardNumber;
import portvakt.protocol.Uid;
import portvakt.protocol.sign.SignedFacts;
import portvakt.protocol.v1.Departure;
import portvakt.protocol.v1.Enrolment;
import portvakt.protocol.v1.EnrolmentTable;
import portvakt.protocol.v1.ListAction;
import portvakt.protocol.v1.PassbackNews;
import portvakt.protocol.v1.ReadAssurance;
import portvakt.protocol.v1.SitePolicy;

/**
 * Whatever a server that counts signs as policy, enrolments or news of departures: refused, or something that the gate can go by and
 * finds again on its disk. The first byte says what it is signed as; the same bytes unsigned are nothing.
 */
class SignedDocumentsFuzzTest {

    private static final Issuer ISSUER = new Issuer();
    private static final PinnedKeys TRUST = new PinnedKeys(List.of(ISSUER.publicKey()));
    private static final String SITE = "oslo";
    private static final CardNumber CARD = new CardNumber("4388261");
    private static final Uid UID = new Uid("04a1b2c3d4e5f6");

    static Stream<byte[]> documents() {
        SitePolicy policy = SitePolicy.newBuilder()
                .setSite(SITE)
                .setVersion(5)
                .setFreshMs(43_200_000)
                .setGraceMs(172_800_000)
                .setClosedMs(432_000_000)
                .setWhenGrace(ListAction.LIST_ACTION_GRANT)
                .setWhenStale(ListAction.LIST_ACTION_ATTENDED_ONLY)
                .setWhenNone(ListAction.LIST_ACTION_DENY)
                .setMinimumAssurance(ReadAssurance.READ_ASSURANCE_UID_ONLY)
                .addAttendedGates("north")
                .build();
        EnrolmentTable enrolments = EnrolmentTable.newBuilder()
                .setSite(SITE)
                .setVersion(3)
                .addEnrolments(Enrolment.newBuilder()
                        .setUid(ByteString.copyFrom(UID.bytes()))
                        .setCardNumber(CARD.digits()))
                .build();
        PassbackNews news = PassbackNews.newBuilder()
                .setSite(SITE)
                .setRun(ByteString.copyFrom(new byte[] {1}))
                .setSequence(7)
                .setIssuedAtMs(HandClock.START.toEpochMilli())
                .setForgetMs(60_000)
                .setComplete(true)
                .addDepartures(Departure.newBuilder().setCardNumber(CARD.digits()))
                .build();
        return Stream.of(
                chosen('p', policy.toByteArray()),
                chosen('e', enrolments.toByteArray()),
                chosen('n', news.toByteArray()));
    }

    private static byte[] chosen(char type, byte[] payload) {
        return ByteBuffer.allocate(1 + payload.length)
                .put((byte) type)
                .put(payload)
                .array();
    }

    @MethodSource("documents")
    @FuzzTest
    void fuzz(byte[] input) throws IOException {
        if (input.length == 0) {
            return;
        }
        byte[] payload = Arrays.copyOfRange(input, 1, input.length);
        try {
            switch (input[0]) {
                case 'p' -> policy(ISSUER.document(SignedFacts.POLICY, payload));
                case 'e' -> enrolments(ISSUER.document(SignedFacts.ENROLMENTS, payload));
                case 'n' -> news(ISSUER.document(SignedFacts.PASSBACK, payload));
                default -> {
                    policy(payload);
                    throw new AssertionError("nobody signed it");
                }
            }
        } catch (ListRefusedException e) {
            assertThat(e.refusal()).isNotNull();
        } catch (InvalidProtocolBufferException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    private static void policy(byte[] document) throws IOException, ListRefusedException {
        MemoryDisk disk = new MemoryDisk();
        Optional<SiteRules> rules = new PolicyReplica(SITE, TRUST, disk).document(document);
        assertThat(rules).isPresent();
        assertThat(new PolicyReplica(SITE, TRUST, disk).load()).isEqualTo(rules);
    }

    private static void enrolments(byte[] document) throws IOException, ListRefusedException {
        MemoryDisk disk = new MemoryDisk();
        Enrolments taken =
                new EnrolmentReplica(SITE, TRUST, disk).document(document).orElseThrow();
        Enrolments again = new EnrolmentReplica(SITE, TRUST, disk).load().orElseThrow();
        assertThat(again.version()).isEqualTo(taken.version());
        assertThat(again.cardOf(UID)).isEqualTo(taken.cardOf(UID));
    }

    private static void news(byte[] document) throws IOException, ListRefusedException {
        HandClock clock = new HandClock();
        Passback.News news = new PassbackReader(SITE, TRUST).read(document);
        Passback passback = new Passback();
        passback.heard(news, clock.now());
        passback.entered(CARD, clock.now());
        passback.isInside(CARD, clock.now());
        passback.heard(news, clock.now());
        assertThat(news.departed().contains(CARD) && !passback.isInside(CARD, clock.now()))
                .as("the same news twice forgives nobody")
                .isEqualTo(news.departed().contains(CARD) && !passback.isInside(CARD, clock.now()));
    }
}
