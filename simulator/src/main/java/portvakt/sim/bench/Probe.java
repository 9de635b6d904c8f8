package portvakt.sim.bench;

import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.OptionalLong;

/**
 * A fresh JVM in which one structure is opened once, or weighed, or changed: what cannot be measured in a JVM that is warm. Prints
 * a name and a number a line.
 */
final class Probe {

    /** What is measured. */
    enum Measure {
        COLD,
        HEAP,
        DELTA
    }

    private static final int HEAP_LOOK_UPS = 20_000;
    private static final int COLLECTIONS = 4;
    /** For structures that take seconds for each delta. */
    private static final Duration DELTA_TIME_MAX = Duration.ofSeconds(15);

    private static final int DELTAS_MIN = 3;

    private Probe() {}

    /** Arguments: measure, structure, its folder, cards, seed, rounds, changes, the parent's clock in µs. */
    public static void main(String[] args) throws IOException {
        long startedNs = System.nanoTime();
        long nowUs = nowUs();
        Structure structure = Structures.of(args[1]);
        Path folder = Path.of(args[2]);
        Cards cards = new Cards(Integer.parseInt(args[3]), Long.parseLong(args[4]));
        switch (Measure.valueOf(args[0])) {
            case COLD -> {
                say("jvm", (nowUs - Long.parseLong(args[7])) * 1_000);
                cold(structure, folder, cards, startedNs);
            }
            case HEAP -> heap(structure, folder, cards);
            case DELTA ->
                delta(
                        structure,
                        folder,
                        cards,
                        new Structure.Deltas(Integer.parseInt(args[5]), Integer.parseInt(args[6])));
        }
    }

    static long nowUs() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }

    private static void say(String what, long value) {
        System.out.println(what + " " + value);
    }

    /** Times are ns, from one step to the next. */
    private static void cold(Structure structure, Path folder, Cards cards, long startedNs) throws IOException {
        long[] passed = {startedNs, 0};
        try (Structure.Opened opened = structure.open(folder, cards, step -> passed[1] = System.nanoTime())) {
            long openNs = System.nanoTime();
            Answers.check(structure.title(), cards, opened::lists, 1);
            long answeredNs = System.nanoTime();
            long keyNs = passed[1] == 0 ? startedNs : passed[1];
            say("key", keyNs - startedNs);
            say("open", openNs - keyNs);
            say("answer", answeredNs - openNs);
        }
    }

    private static void heap(Structure structure, Path folder, Cards cards) throws IOException {
        long before = usedBytes();
        try (Structure.Opened opened = structure.open(folder, cards, _ -> {})) {
            Answers.check(structure.title(), cards, opened::lists, HEAP_LOOK_UPS);
            say("heap", usedBytes() - before);
            Reference.reachabilityFence(opened);
        }
    }

    private static long usedBytes() {
        for (int collection = 0; collection < COLLECTIONS; collection++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static void delta(Structure structure, Path folder, Cards cards, Structure.Deltas deltas)
            throws IOException {
        try (Structure.Opened opened = structure.open(folder, cards, _ -> {})) {
            long startedNs = System.nanoTime();
            for (int round = 0; round < deltas.rounds(); round++) {
                Cards.Changes changes = cards.changes(round, deltas.rounds(), deltas.changes());
                OptionalLong bytesBefore = writtenBytes();
                long beforeNs = System.nanoTime();
                Structure.Applied applied = opened.apply(round, changes);
                long tookNs = System.nanoTime() - beforeNs;
                OptionalLong bytesAfter = writtenBytes();
                Answers.check(structure.title(), changes, opened::lists);
                say("delta", tookNs);
                if (bytesBefore.isPresent() && bytesAfter.isPresent()) {
                    say("written", bytesAfter.getAsLong() - bytesBefore.getAsLong());
                }
                applied.forces().ifPresent(forces -> say("forces", forces));
                if (round + 1 >= DELTAS_MIN && System.nanoTime() - startedNs > DELTA_TIME_MAX.toNanos()) {
                    return;
                }
            }
        }
    }

    /** Bytes that this process has had written to the medium, where the system counts them (Linux). */
    private static OptionalLong writtenBytes() throws IOException {
        Path io = Path.of("/proc/self/io");
        if (!Files.isReadable(io)) {
            return OptionalLong.empty();
        }
        return Files.readAllLines(io).stream()
                .filter(line -> line.startsWith("write_bytes: "))
                .mapToLong(line -> Long.parseLong(line.substring("write_bytes: ".length())))
                .findFirst();
    }
}
