package portvakt.gate.adapter.qr;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import portvakt.gate.access.CardRead;
import portvakt.protocol.CardNumber;
import portvakt.protocol.DenialReason;

/** One presentation of a code is one signal, and two cards at once are none of both. */
class PresentationsTest {

    private static final String ANNA = "4388261";
    private static final String BJORN = "4388262";
    private static final CardRead SEVERAL = new CardRead.Unreadable(DenialReason.SEVERAL_CARDS);
    private static final CardRead UNRECOGNISED = new CardRead.Unreadable(DenialReason.CODE_UNRECOGNISED);

    private final Presentations presentations =
            new Presentations(CodePattern.compile(CodePattern.BARE_CARD_NUMBER), Duration.ofMillis(3000));

    @Test
    void aCodeThatStaysInViewIsOnePresentationHoweverLong() {
        assertThat(seeAt(0, ANNA)).contains(card(ANNA));
        for (int atMs = 100; atMs < 60_000; atMs += 100) {
            assertThat(seeAt(atMs, ANNA)).as("at %d ms", atMs).isEmpty();
        }
    }

    @Test
    void holdTimeCountsFromTheLastSight() {
        assertThat(seeAt(0, ANNA)).contains(card(ANNA));
        assertThat(seeAt(2000, ANNA)).isEmpty();
        assertThat(seeAt(4999, ANNA)).isEmpty();
        assertThat(seeAt(7998)).isEmpty();
        assertThat(seeAt(7999, ANNA)).contains(card(ANNA));
    }

    @Test
    void aDifferentCodeIsPresentedAtOnceAndTheFirstIsStillHeld() {
        assertThat(seeAt(0, ANNA)).contains(card(ANNA));
        assertThat(seeAt(100, BJORN)).contains(card(BJORN));
        assertThat(seeAt(200, ANNA)).isEmpty();
        assertThat(seeAt(300, BJORN)).isEmpty();
    }

    @Test
    void twoCardsInOneFrameAreReportedOnceAndNeitherIsPresented() {
        assertThat(seeAt(0, ANNA, BJORN)).contains(SEVERAL);
        assertThat(seeAt(100, BJORN, ANNA)).isEmpty();
        // A frame in which only one of the two could be read must not let that one in.
        assertThat(seeAt(200, BJORN)).isEmpty();
        assertThat(seeAt(3099, ANNA)).isEmpty();
        assertThat(seeAt(3100, ANNA)).contains(card(ANNA));
    }

    @Test
    void aCardThatIsHeldStaysHeldThroughASecondCard() {
        assertThat(seeAt(0, ANNA)).contains(card(ANNA));
        assertThat(seeAt(1000, ANNA, BJORN)).contains(SEVERAL);
        assertThat(seeAt(2500, ANNA)).isEmpty();
        assertThat(seeAt(5000, ANNA)).isEmpty();
    }

    @Test
    void anUnrecognisedCodeIsReportedOnce() {
        assertThat(seeAt(0, "https://example.no/")).contains(UNRECOGNISED);
        assertThat(seeAt(100, "https://example.no/")).isEmpty();
        assertThat(seeAt(200, "something else")).contains(UNRECOGNISED);
    }

    @Test
    void aPassIsPresentedAsACardIs() {
        assertThat(seeAt(0, TestPass.TEXT)).containsInstanceOf(CardRead.SignedPass.class);
        assertThat(seeAt(100, TestPass.TEXT)).isEmpty();
        assertThat(seeAt(200, TestPass.TEXT, ANNA)).contains(SEVERAL);
        assertThat(seeAt(300, ANNA)).isEmpty();
    }

    /** It may hang on a wall, and must not close the gate. */
    @Test
    void aBrokenPassBesideACardDoesNotCount() {
        assertThat(seeAt(0, "PV1:BROKEN", ANNA)).contains(card(ANNA));
    }

    @Test
    void aPosterBesideACardDoesNotCount() {
        assertThat(seeAt(0, "poster")).contains(UNRECOGNISED);
        assertThat(seeAt(1000, "poster", ANNA)).contains(card(ANNA));
        assertThat(seeAt(3500, ANNA, "poster")).isEmpty();
        assertThat(seeAt(6000, "poster")).isEmpty();
    }

    @Test
    void theFirstSightAtALargeNegativeTimeCounts() {
        // System.nanoTime may be anything, negative values included.
        long nowNs = Long.MIN_VALUE / 2;
        assertThat(presentations.see(List.of(ANNA), nowNs)).contains(card(ANNA));
        assertThat(presentations.see(List.of(ANNA), nowNs + 1)).isEmpty();
    }

    @Test
    void memoryIsBoundedUnderAFloodOfCodes() {
        for (int i = 0; i < 10_000; i++) {
            assertThat(seeAt(i, Integer.toString(1_000_000 + i))).isPresent();
        }
        assertThat(seeAt(10_000, "1009999")).as("the newest is still held").isEmpty();
        assertThat(seeAt(10_000, "1009000")).as("one of the older is forgotten").isPresent();
    }

    private Optional<CardRead> seeAt(long atMs, String... texts) {
        return presentations.see(List.of(texts), atMs * 1_000_000);
    }

    private static CardRead card(String digits) {
        return new CardRead.UnsignedCode(new CardNumber(digits));
    }
}
