package portvakt.gate.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import portvakt.gate.access.Passback;
import portvakt.protocol.CardNumber;
import portvakt.protocol.sign.KeyId;
import portvakt.protocol.sign.SignedFacts;
import portvakt.protocol.v1.Departure;
import portvakt.protocol.v1.PassbackNews;

/** Who left is believed of the server alone, for this site, and whole or not at all. */
class PassbackReaderTest {

    private final Issuer issuer = new Issuer();
    private final PassbackReader reader = new PassbackReader("oslo", new PinnedKeys(List.of(issuer.keys.getPublic())));

    private static PassbackNews.Builder good() {
        return PassbackNews.newBuilder()
                .setSite("oslo")
                .setRun(ByteString.copyFrom(new byte[] {1, (byte) 0xff}))
                .setSequence(7)
                .setIssuedAtMs(1000)
                .setForgetMs(60_000)
                .setComplete(true)
                .addDepartures(Departure.newBuilder().setCardNumber("4388261"));
    }

    private static byte[] signed(Issuer signer, String type, PassbackNews.Builder news) {
        return SignedFacts.sign(
                        type, news.build().toByteArray(), signer.keys.getPrivate(), KeyId.of(signer.keys.getPublic()))
                .toByteArray();
    }

    private void assertRefused(ListRefusal refusal, byte[] document) {
        assertThatThrownBy(() -> reader.read(document))
                .isInstanceOfSatisfying(
                        ListRefusedException.class, e -> assertThat(e.refusal()).isEqualTo(refusal));
    }

    @Test
    void readsWhatTheServerSigned() throws Exception {
        assertThat(reader.read(signed(issuer, SignedFacts.PASSBACK, good())))
                .isEqualTo(new Passback.News(
                        "01ff",
                        7,
                        Instant.ofEpochSecond(1),
                        Duration.ofMinutes(1),
                        true,
                        Set.of(new CardNumber("4388261"))));
    }

    @Test
    void readsWhatIsAtALimit() throws Exception {
        Passback.News most = reader.read(signed(
                issuer,
                SignedFacts.PASSBACK,
                good().setRun(ByteString.copyFrom(new byte[PassbackReader.RUN_BYTES_MAX]))
                        .setForgetMs(PassbackReader.FORGETS_MAX.toMillis())));
        assertThat(most.forgets()).isEqualTo(PassbackReader.FORGETS_MAX);
        Passback.News least = reader.read(
                signed(issuer, SignedFacts.PASSBACK, good().setSequence(1).setForgetMs(1)));
        assertThat(least.forgets()).isEqualTo(Duration.ofMillis(1));
    }

    @Test
    void refusesWhatIsForgedAnothersOrMakesNoSense() {
        assertRefused(ListRefusal.BAD_SIGNATURE, signed(new Issuer(), SignedFacts.PASSBACK, good()));
        assertRefused(ListRefusal.BAD_SIGNATURE, signed(issuer, SignedFacts.POLICY, good()));
        for (PassbackNews.Builder wrong : List.of(
                good().clearRun(),
                good().setSequence(0),
                good().setSequence(-1),
                good().setForgetMs(0),
                good().setForgetMs(PassbackReader.FORGETS_MAX.toMillis() + 1),
                good().setForgetMs(Long.MAX_VALUE),
                good().setRun(ByteString.copyFrom(new byte[65])),
                good().addDepartures(Departure.newBuilder().setCardNumber("43***61")))) {
            assertRefused(ListRefusal.MALFORMED, signed(issuer, SignedFacts.PASSBACK, wrong));
        }
        assertRefused(ListRefusal.WRONG_LIST, signed(issuer, SignedFacts.PASSBACK, good().setSite("bergen")));
        assertThatThrownBy(() -> reader.read(new byte[] {1, 2, 3})).isInstanceOf(InvalidProtocolBufferException.class);
    }
}
