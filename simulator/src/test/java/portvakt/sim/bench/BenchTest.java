package portvakt.sim.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import portvakt.protocol.CardNumber;

/** What the bench measures with is right itself: the cards, the check of answers, the figures and what they are held against. */
class BenchTest {

    private static final Cards CARDS = new Cards(2_000, 7);

    @TempDir
    private Path folder;

    @Test
    void aCardIsListedOrNotAndNeverBoth() {
        Set<CardNumber> listed = new HashSet<>();
        for (int index = 0; index < CARDS.count(); index++) {
            assertThat(listed.add(CARDS.listed(index))).isTrue();
        }
        for (int index = 0; index < CARDS.count(); index++) {
            assertThat(listed).doesNotContain(CARDS.absent(index));
            assertThat(CARDS.listed(index).digits()).hasSize(9);
        }
        assertThat(new Cards(2_000, 8).listed(0)).isNotEqualTo(CARDS.listed(0));
    }

    @Test
    void noCardIsInTwoDeltas() {
        Set<CardNumber> changed = new HashSet<>();
        for (int round = 0; round < 4; round++) {
            Cards.Changes changes = CARDS.changes(round, 4, 500);
            assertThat(changes.added())
                    .hasSize(250)
                    .allSatisfy(card -> assertThat(changed.add(card)).isTrue());
            assertThat(changes.removed())
                    .hasSize(250)
                    .allSatisfy(card -> assertThat(changed.add(card)).isTrue());
        }
    }

    /** A structure that lies about one card in two thousand ends the run, either way round. */
    @Test
    void aWrongAnswerIsSeen() {
        Set<CardNumber> listed = new HashSet<>();
        for (int index = 0; index < CARDS.count(); index++) {
            listed.add(CARDS.listed(index));
        }
        Answers.check("right", CARDS, listed::contains, CARDS.count());
        listed.remove(CARDS.listed(1_234));
        assertThatThrownBy(() -> Answers.check("wrong", CARDS, listed::contains, CARDS.count()))
                .hasMessageContaining("wrong answer: wrong says that card "
                        + CARDS.listed(1_234).digits() + " is not listed, and it is");
        listed.add(CARDS.listed(1_234));
        listed.add(CARDS.absent(77));
        assertThatThrownBy(() -> Answers.check("wrong", CARDS, listed::contains, CARDS.count()))
                .hasMessageContaining("is listed, and it is not");
    }

    /** Each structure answers right from its own files, before and after deltas. */
    @Test
    void everyStructureIsRight() throws IOException {
        Structure.Deltas deltas = new Structure.Deltas(3, 300);
        for (String name : Structures.ALL) {
            Structure structure = Structures.of(name);
            Path own = Files.createDirectory(folder.resolve(name));
            structure.build(own, CARDS, deltas);
            try (Structure.Opened opened = structure.open(own, CARDS, _ -> {})) {
                Answers.check(name, CARDS, opened::lists, CARDS.count());
            }
            for (int round = 0; round < deltas.rounds(); round++) {
                Cards.Changes changes = CARDS.changes(round, deltas.rounds(), deltas.changes());
                try (Structure.Opened opened = structure.open(own, CARDS, _ -> {})) {
                    opened.apply(round, changes);
                    Answers.check(name, changes, opened::lists);
                }
                // And again from the disk.
                try (Structure.Opened opened = structure.open(own, CARDS, _ -> {})) {
                    Answers.check(name, changes, opened::lists);
                }
            }
        }
    }

    @Test
    void theBoundsAreTheTextbooks() {
        assertThat(Bounds.randomKeyBits(10_000_000)).isCloseTo(42.19, within(0.01));
        assertThat(Bounds.randomKeyBits(1_000_000)).isCloseTo(45.51, within(0.01));
        assertThat(Bounds.denseBits(20)).isCloseTo(5.73, within(0.01));
    }

    @Test
    void theMiddleFigureCounts() {
        assertThat(Figures.of(9, 1, 2).median()).isEqualTo(2);
        assertThat(Figures.of(9, 1, 2, 3).median()).isEqualTo(2.5);
        assertThat(Figures.Unit.NS.show(184)).isEqualTo("184 ns");
        assertThat(Figures.Unit.NS.show(85.4e6)).isEqualTo("85.4 ms");
        assertThat(Figures.Unit.BYTES.show(8_184)).isEqualTo("8,184 B");
        assertThat(Figures.Unit.BYTES.show(80.7e6)).isEqualTo("80.7 MB");
    }

    @Test
    void aPromiseIsKeptOrMissed() {
        Results results = new Results();
        String ours = Structures.of(Structures.SEALED).title();
        results.add(Targets.SIZE, Measures.HIT_MEAN, ours, Figures.of(200), Figures.Unit.NS);
        results.add(Targets.SIZE, Measures.MISS_MEAN, ours, Figures.of(200), Figures.Unit.NS);
        results.add(Targets.SIZE, Measures.HIT_P99, ours, Figures.of(1_001), Figures.Unit.NS);
        results.add(Targets.SIZE, Measures.HEAP, ours, Figures.of(3e6), Figures.Unit.BYTES);
        results.add(Targets.SIZE, Measures.HIT_MEAN, SqlStructure.h2().title(), Figures.of(30_000), Figures.Unit.NS);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new Targets(results, new PrintStream(out, true, StandardCharsets.UTF_8)).print();
        assertThat(out.toString(StandardCharsets.UTF_8).lines())
                .anyMatch(line -> line.matches(" *look-up p99, hit +1,001 ns +≤ 1,000 ns +MISSED"))
                .anyMatch(line -> line.matches(" *heap +3.00 MB +≤ 8,000,000 B +kept|.*heap +3.00 MB +≤ 8.00 MB +kept"))
                .anyMatch(line -> line.matches(" *hit, times faster than H2 +150 +≥ 100 +kept"));
    }
}
