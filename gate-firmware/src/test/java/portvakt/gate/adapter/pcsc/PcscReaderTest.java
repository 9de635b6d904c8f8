package portvakt.gate.adapter.pcsc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import portvakt.gate.access.CardRead;
import portvakt.gate.port.ReaderSignal;
import portvakt.protocol.DenialReason;
import portvakt.protocol.Uid;

/** One presentation is one signal, one loss is one signal, and what the reader opens it lets go of. */
class PcscReaderTest {

    private static final Apdus CARD_A = answering("04000000000001");
    private static final Apdus CARD_B = answering("04000000000002");
    private static final ReaderSignal READY = new ReaderSignal.Ready("card", "Fake PICC 0");

    private final FakePcsc pcsc = new FakePcsc();
    private final List<ReaderSignal> signals = new CopyOnWriteArrayList<>();
    private PcscReader reader;

    @BeforeEach
    void prepare() throws Exception {
        reader = new PcscReader(
                "card",
                new PcscReaderConfig("PICC", Optional.empty(), null, Duration.ofMillis(10), Duration.ofMillis(20)),
                pcsc);
    }

    @AfterEach
    void clearAway() {
        reader.close();
    }

    @Test
    void givesOneSignalForACardAndLetsGoOfIt() {
        start();
        pcsc.present(CARD_A);
        await().until(() -> reads().size() == 1);
        pcsc.takeAway();
        await().until(() -> pcsc.connectionsOpen() == 0);

        assertThat(reads()).containsExactly(new CardRead.UidOnly(new Uid("04000000000001")));
    }

    @Test
    void readsACardThatWasSwappedUnseen() {
        start();
        pcsc.present(CARD_A);
        await().until(() -> reads().size() == 1);

        // No wait in between: PC/SC never shows the reader empty.
        pcsc.present(CARD_B);

        await().until(() -> reads().size() == 2);
        assertThat(reads().getLast()).isEqualTo(new CardRead.UidOnly(new Uid("04000000000002")));
    }

    /** The JDK joins what a card gives out piece by piece, and does not find room for it. */
    @Test
    void aCardWithoutAnEndIsUnreadableAndTheReaderStays() {
        start();
        pcsc.present(_ -> new byte[300]);

        await().until(() -> reads().size() == 1);
        assertThat(reads()).containsExactly(new CardRead.Unreadable(DenialReason.CARD_UNREADABLE));
        assertThat(signals.stream().filter(ReaderSignal.Lost.class::isInstance)).isEmpty();
    }

    @Test
    void triesACardThatAnswersBadlyAgainBeforeItGivesUp() {
        start();
        AtomicInteger tries = new AtomicInteger();
        pcsc.present(command -> {
            if (tries.incrementAndGet() < 3) {
                throw new CardGoneException("too far away", null);
            }
            return CARD_A.transceive(command);
        });

        await().until(() -> reads().size() == 1);
        assertThat(reads()).containsExactly(new CardRead.UidOnly(new Uid("04000000000001")));
    }

    @Test
    void saysOnceThatACardIsUnreadableAndThenThatItIsReadAfterAll() {
        start();
        AtomicBoolean nearer = new AtomicBoolean();
        FakePcsc.FakeCard card = pcsc.present(command -> {
            if (!nearer.get()) {
                throw new CardGoneException("too far away", null);
            }
            return CARD_A.transceive(command);
        });
        await().until(() -> card.answered() >= 5);
        assertThat(reads()).containsExactly(new CardRead.Unreadable(DenialReason.CARD_UNREADABLE));

        nearer.set(true);

        await().until(() -> reads().size() == 2);
        assertThat(reads().getLast()).isEqualTo(new CardRead.UidOnly(new Uid("04000000000001")));
    }

    @Test
    void callsACardUnreadableThatAnswersWithLessThanAStatus() {
        start();
        pcsc.present(command -> new byte[0]);

        await().until(() -> reads().size() == 1);
        assertThat(reads()).containsExactly(new CardRead.Unreadable(DenialReason.CARD_UNREADABLE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"SCARD_W_UNRESPONSIVE_CARD", "SCARD_W_UNPOWERED_CARD", "SCARD_E_PROTO_MISMATCH"})
    void blamesTheCardIfItIsMute(String status) {
        start();
        pcsc.failConnectingWith(status);
        pcsc.present(CARD_A);

        await().until(() -> reads().size() == 1);
        assertThat(signals)
                .hasSize(2)
                .last()
                .extracting(signal -> ((ReaderSignal.Presented) signal).read())
                .isEqualTo(new CardRead.Unreadable(DenialReason.CARD_UNREADABLE));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"SCARD_E_SHARING_VIOLATION", "SCARD_E_NO_SERVICE", "SCARD_W_INSERTED_CARD", "SCARD_E_NO_MEMORY"})
    void blamesTheReaderIfItCannotBeUsed(String status) {
        start();
        pcsc.failConnectingWith(status);
        pcsc.present(CARD_A);

        await().until(() -> signals.size() >= 2);
        assertThat(signals.get(1)).isInstanceOf(ReaderSignal.Lost.class);
        pcsc.failConnectingWith("");
        await().until(() -> reads().size() == 1);
        assertThat(reads()).containsExactly(new CardRead.UidOnly(new Uid("04000000000001")));
    }

    @Test
    void comesBackWhenTheReaderIsPluggedInAgain() {
        start();
        pcsc.plug();
        await().until(() -> signals.size() == 2);
        assertThat(((ReaderSignal.Lost) signals.get(1)).detail()).contains("plug and cable");
        // One loss is one signal, though the reason told at each new try differs from the first.
        pcsc.plug("Other SAM 0");
        pcsc.plug("Other SAM 0", "Fake PICC 0");

        await().until(() -> signals.size() == 3);
        assertThat(signals.get(2)).isEqualTo(READY);
    }

    @Test
    void isLostAndNotUnreadableIfTheReaderGoesInMidRead() {
        start();
        pcsc.present(command -> {
            pcsc.plug();
            throw new CardGoneException("gone with the reader", null);
        });

        await().until(() -> signals.size() == 2);
        assertThat(signals.getLast()).isInstanceOf(ReaderSignal.Lost.class);
        await().until(() -> pcsc.connectionsOpen() == 0);
    }

    @Test
    void letsGoOfEachConnectionAlsoOfCardsTornOff() {
        start();
        pcsc.present(command -> {
            pcsc.takeAway();
            throw new CardGoneException("torn off", null);
        });
        await().until(() -> reads().size() == 1);
        pcsc.present(CARD_A);
        await().until(() -> reads().size() == 2);
        pcsc.present(CARD_B);
        await().until(() -> reads().size() == 3);

        reader.close();

        assertThat(pcsc.connectionsEver()).isGreaterThanOrEqualTo(3);
        // A card swapped unseen is connected to by the look that finds it out, and by the close before its turn.
        assertThat(pcsc.connectionsOpen()).isZero();
    }

    @Test
    void isSilentAfterClose() {
        start();
        reader.close();
        pcsc.present(CARD_A);
        pcsc.plug();

        assertThat(signals).containsExactly(READY);
        await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().equals("reader-card")));
    }

    @Test
    void namesTheReadersSeenIfNoneFits() {
        assertThat(ReaderChoice.choose(List.of("A", "B"), "PICC"))
                .isEqualTo(new ReaderChoice.None("No reader's name contains \"PICC\". PC/SC shows: \"A\", \"B\"."));
        assertThat(ReaderChoice.choose(List.of("X PICC 0", "SAM", "X PICC 1"), "PICC"))
                .isInstanceOfSatisfying(
                        ReaderChoice.None.class,
                        none -> assertThat(none.detail())
                                .contains("\"X PICC 0\", \"X PICC 1\"")
                                .doesNotContain("SAM"));
        assertThat(ReaderChoice.choose(List.of("SAM", "X PICC 0"), "PICC")).isEqualTo(new ReaderChoice.Chosen(1));
        assertThat(ReaderChoice.choose(List.of("A", "B"), "")).isEqualTo(new ReaderChoice.Chosen(0));
        assertThat(ReaderChoice.choose(List.of(), "")).isInstanceOf(ReaderChoice.None.class);
    }

    @Test
    void pausesLongerWithEachTryUpToABound() {
        BackOff backOff = new BackOff(Duration.ofMillis(200), Duration.ofSeconds(1));

        assertThat(List.of(backOff.nextMs(), backOff.nextMs(), backOff.nextMs(), backOff.nextMs(), backOff.nextMs()))
                .containsExactly(200L, 400L, 800L, 1000L, 1000L);
        backOff.reset();
        assertThat(backOff.nextMs()).isEqualTo(200);
    }

    private void start() {
        reader.start(signals::add);
        await().until(() -> signals.contains(READY));
    }

    private List<CardRead> reads() {
        return signals.stream()
                .filter(ReaderSignal.Presented.class::isInstance)
                .map(signal -> ((ReaderSignal.Presented) signal).read())
                .toList();
    }

    private static Apdus answering(String uid) {
        return command -> HexFormat.of().parseHex(uid + "9000");
    }
}
