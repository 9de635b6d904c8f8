package portvakt.gate.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import portvakt.gate.access.CardRead;
import portvakt.gate.check.Finding.Check;
import portvakt.gate.check.Finding.Level;
import portvakt.gate.port.CardReader;
import portvakt.gate.port.ReaderSignal;
import portvakt.gate.port.Turnstile;
import portvakt.gate.port.TurnstileSignal;
import portvakt.protocol.DenialReason;
import portvakt.protocol.Uid;

/** Devices that answer, that do not, and people who do what they are asked, or do not. */
class HardwareTest {

    private final List<String> asked = new ArrayList<>();
    private final List<String> done = new ArrayList<>();

    private Hardware hardware(Consumer<String> person) {
        return new Hardware(Duration.ofMillis(30), Duration.ofMillis(60), key -> {
            asked.add(key);
            person.accept(key);
        });
    }

    private static String told(Finding finding) {
        CheckTexts texts = CheckTexts.in(Locale.ENGLISH);
        assertThat(texts.text(finding)).isNotBlank();
        if (finding.level() != Level.OK) {
            assertThat(texts.remedy(finding)).isPresent();
        }
        return finding.level() + " " + finding.key();
    }

    /** Says these at its start, and what the test gives it later. */
    private final class FakeReader implements CardReader {
        private final List<ReaderSignal> atStart;
        private Consumer<ReaderSignal> inbox;

        FakeReader(ReaderSignal... atStart) {
            this.atStart = List.of(atStart);
        }

        @Override
        public String name() {
            return "card";
        }

        @Override
        public void start(Consumer<ReaderSignal> inbox) {
            this.inbox = inbox;
            atStart.forEach(inbox);
        }

        @Override
        public void close() {
            done.add("reader closed");
        }
    }

    private class FakeTurnstile implements Turnstile {
        private final List<TurnstileSignal> atStart;
        private Consumer<TurnstileSignal> inbox;

        FakeTurnstile(TurnstileSignal... atStart) {
            this.atStart = List.of(atStart);
        }

        @Override
        public void start(Consumer<TurnstileSignal> inbox) {
            this.inbox = inbox;
            atStart.forEach(inbox);
        }

        @Override
        public void release() {
            done.add("released");
        }

        @Override
        public void lock() {
            done.add("locked");
        }

        @Override
        public void show(Indication indication) {
            done.add("shows " + indication);
        }

        @Override
        public void close() {
            done.add("turnstile closed");
        }
    }

    private static final ReaderSignal READY = new ReaderSignal.Ready("card", "ACS ACR1252");

    @Test
    void aReaderSaysWhetherItWorks() throws Exception {
        Hardware hardware = hardware(_ -> {});
        assertThat(told(hardware.reader(Check.READER, new FakeReader(READY), false)))
                .isEqualTo("OK ok");
        assertThat(told(hardware.reader(
                        Check.READER, new FakeReader(new ReaderSignal.Lost("card", "No reader.")), true)))
                .isEqualTo("FAIL lost");
        assertThat(told(hardware.reader(Check.READER, new FakeReader(), false))).isEqualTo("FAIL lost");
        assertThat(asked).isEmpty();
        assertThat(done).containsExactly("reader closed", "reader closed", "reader closed");
    }

    @Test
    void aCardThatIsShownIsNamedMasked() throws Exception {
        FakeReader reader = new FakeReader(READY);
        Finding finding = hardware(_ -> reader.inbox.accept(
                        new ReaderSignal.Presented("card", new CardRead.UidOnly(new Uid("04a1b2c3d4e5f6")), 1)))
                .reader(Check.READER, reader, true);
        assertThat(told(finding)).isEqualTo("OK read");
        assertThat(finding.arguments()).containsExactly("04**********f6");

        FakeReader other = new FakeReader(READY);
        assertThat(told(hardware(_ -> other.inbox.accept(new ReaderSignal.Presented(
                                "card", new CardRead.Unreadable(DenialReason.CARD_UNREADABLE), 1)))
                        .reader(Check.READER, other, true)))
                .isEqualTo("WARN unread");
        assertThat(told(hardware(_ -> {}).reader(Check.READER, new FakeReader(READY), true)))
                .isEqualTo("WARN no-card");
        assertThat(asked).containsOnly("reader.ask");
        hardware(_ -> {}).reader(Check.SCANNER, new FakeReader(READY), true);
        assertThat(asked).endsWith("scanner.ask");
    }

    @Test
    void inputsAtRestAreLookedAtAndNothingIsReleased() throws Exception {
        Hardware hardware = hardware(_ -> {});
        assertThat(hardware.turnstile(new FakeTurnstile(), List.of(), false).stream()
                        .map(HardwareTest::told))
                .containsExactly("OK ok");
        assertThat(hardware.turnstile(new FakeTurnstile(new TurnstileSignal.Fire(true)), List.of(), false).stream()
                        .map(HardwareTest::told))
                .containsExactly("WARN fire");
        assertThat(
                        hardware
                                .turnstile(new FakeTurnstile(new TurnstileSignal.Fault("line 23")), List.of(), false)
                                .stream()
                                .map(HardwareTest::told))
                .containsExactly("WARN fault");
        assertThat(done).containsOnly("turnstile closed");
    }

    @Test
    void whatSomebodyDoesIsSeenOrNot() throws Exception {
        FakeTurnstile turnstile = new FakeTurnstile();
        List<Finding> findings = hardware(key -> {
                    if (key.equals("inputs.ask-arm")) {
                        turnstile.inbox.accept(new TurnstileSignal.ArmTurned());
                    } else if (key.equals("inputs.ask-exit")) {
                        turnstile.inbox.accept(new TurnstileSignal.ArmTurned());
                    } else {
                        turnstile.inbox.accept(new TurnstileSignal.Fire(false));
                        turnstile.inbox.accept(new TurnstileSignal.Fire(true));
                    }
                })
                .turnstile(turnstile, List.of(Hardware.Act.ARM, Hardware.Act.EXIT, Hardware.Act.FIRE), false);
        assertThat(findings.stream().map(HardwareTest::told))
                .containsExactly("OK ok", "OK seen-arm", "FAIL unseen-exit", "OK seen-fire");
        assertThat(asked).containsExactly("inputs.ask-arm", "inputs.ask-exit", "inputs.ask-fire");
    }

    @Test
    void theRelayIsFreedAndLockedAgain() throws Exception {
        assertThat(hardware(_ -> {}).turnstile(new FakeTurnstile(), List.of(), true).stream()
                        .map(HardwareTest::told))
                .containsExactly("OK ok", "OK ok");
        assertThat(done).containsExactly("released", "locked", "turnstile closed");
        done.clear();
        FakeTurnstile broken = new FakeTurnstile() {
            @Override
            public void release() {
                super.release();
                super.inbox.accept(new TurnstileSignal.Fault("the relay's line cannot be set"));
            }
        };
        assertThat(hardware(_ -> {}).turnstile(broken, List.of(), true).stream().map(HardwareTest::told))
                .containsExactly("OK ok", "FAIL fault");
        assertThat(done).containsExactly("released", "locked", "turnstile closed");
    }
}
