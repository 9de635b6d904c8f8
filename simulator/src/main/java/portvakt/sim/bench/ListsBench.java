package portvakt.sim.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;

/**
 * Measures the sealed list against other ways to know which cards are listed, all with the same cards, in JVMs of their own. A
 * wrong answer ends the run; a slow one does not.
 */
final class ListsBench {

    /**
     * How much is measured.
     *
     * @param structures by their names, ours first
     * @param sizes      how many cards are listed, one run each
     * @param iterationMs of one JMH iteration
     * @param starts     of a fresh JVM
     * @param deltas     at most
     */
    record Effort(
            List<String> structures,
            List<Integer> sizes,
            int warmups,
            int iterations,
            int iterationMs,
            int starts,
            int deltas) {

        static Effort full(List<Integer> sizes) {
            return new Effort(Structures.ALL, sizes, 3, 5, 1_000, 5, 20);
        }

        /** Tells whether something is badly wrong, and no more. */
        static Effort quick(List<Integer> sizes) {
            return new Effort(Structures.ALL, sizes, 2, 3, 150, 3, 5);
        }
    }

    private static final long SEED = 20260601;
    private static final int DELTA_CARDS = 1_000;

    private final Effort effort;
    private final Path parent;
    private final PrintStream progress;
    private final Results results = new Results();

    /** @param parent where a folder of its own is made, and deleted at the end */
    ListsBench(Effort effort, Path parent, PrintStream progress) {
        this.effort = effort;
        this.parent = parent;
        this.progress = progress;
    }

    /** @throws IllegalStateException if a structure gives a wrong answer */
    Results run() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory(parent, "portvakt-bench-");
        Thread onStop = new Thread(() -> delete(folder));
        Runtime.getRuntime().addShutdownHook(onStop);
        try {
            for (int size : effort.sizes()) {
                Cards cards = new Cards(size, SEED);
                for (String name : effort.structures()) {
                    measure(name, cards, folder);
                }
                bounds(cards);
            }
            return results;
        } finally {
            delete(folder);
            Runtime.getRuntime().removeShutdownHook(onStop);
        }
    }

    private void measure(String name, Cards cards, Path parentOfAll) throws IOException, InterruptedException {
        Structure structure = Structures.of(name);
        Path folder = Files.createDirectory(parentOfAll.resolve(name));
        Structure.Deltas deltas =
                new Structure.Deltas(effort.deltas(), Math.min(DELTA_CARDS, cards.count() / effort.deltas() / 2 * 2));
        say(cards, structure, "building");
        structure.build(folder, cards, deltas);
        long bytes = structure.bytesOnDisk(folder);
        add(cards, Measures.FILE, structure, Figures.of(bytes), Figures.Unit.BYTES);
        add(cards, Measures.BITS, structure, Figures.of(8.0 * bytes / cards.count()), Figures.Unit.BITS);
        say(cards, structure, "looking up");
        new JmhRuns(effort, cards, parentOfAll, results).lookUps(name);
        say(cards, structure, "starting");
        Probes probes = new Probes(name, folder, cards, deltas);
        cold(structure, probes, cards);
        add(cards, Measures.HEAP, structure, probes.run(Probe.Measure.HEAP).get("heap"), Figures.Unit.BYTES);
        say(cards, structure, "applying deltas");
        Map<String, Figures> delta = probes.run(Probe.Measure.DELTA);
        add(cards, Measures.DELTA, structure, delta.get("delta"), Figures.Unit.NS);
        if (delta.containsKey("written")) {
            add(cards, Measures.WRITTEN, structure, delta.get("written"), Figures.Unit.BYTES);
        }
        if (delta.containsKey("forces")) {
            add(cards, Measures.FORCES, structure, delta.get("forces"), Figures.Unit.COUNT);
        }
        if (structure.messageBytes(folder).isPresent()) {
            double message = structure.messageBytes(folder).getAsLong();
            add(cards, Measures.MESSAGE, structure, Figures.of(message), Figures.Unit.BYTES);
            results.add(
                    cards.count(),
                    Measures.MESSAGE,
                    "bound, random 64-bit keys",
                    Figures.of(Bounds.randomKeyBits(deltas.changes()) * deltas.changes() / 8),
                    Figures.Unit.BYTES);
        }
        delete(folder);
    }

    private void cold(Structure structure, Probes probes, Cards cards) throws IOException, InterruptedException {
        Map<String, Figures> cold = null;
        for (int start = 0; start < effort.starts(); start++) {
            Map<String, Figures> one = probes.runCold();
            cold = cold == null ? one : joined(cold, one);
        }
        add(cards, Measures.JVM, structure, cold.get("jvm"), Figures.Unit.NS);
        if (structure instanceof SealedStructure) {
            add(cards, Measures.KEY, structure, cold.get("key"), Figures.Unit.NS);
        }
        add(cards, Measures.OPEN, structure, cold.get("open"), Figures.Unit.NS);
        add(cards, Measures.ANSWER, structure, cold.get("answer"), Figures.Unit.NS);
    }

    private static Map<String, Figures> joined(Map<String, Figures> some, Map<String, Figures> more) {
        more.forEach((name, figures) -> some.merge(
                name,
                figures,
                (one, other) ->
                        Figures.of(DoubleStream.concat(DoubleStream.of(one.sorted()), DoubleStream.of(other.sorted()))
                                .toArray())));
        return some;
    }

    /** What no structure can be below, beside what they are. */
    private void bounds(Cards cards) {
        results.add(
                cards.count(),
                Measures.BITS,
                "bound, random 64-bit keys",
                Figures.of(Bounds.randomKeyBits(cards.count())),
                Figures.Unit.BITS);
        results.add(
                cards.count(),
                Measures.BITS,
                "bound, dense, 1 of " + Cards.RUN,
                Figures.of(Bounds.denseBits(Cards.RUN)),
                Figures.Unit.BITS);
    }

    private void add(Cards cards, String measure, Structure structure, Figures figures, Figures.Unit unit) {
        results.add(cards.count(), measure, structure.title(), figures, unit);
    }

    private void say(Cards cards, Structure structure, String what) {
        progress.printf("bench: %,d cards, %s: %s …%n", cards.count(), structure.title(), what);
    }

    private static void delete(Path folder) {
        try {
            if (!Files.exists(folder)) {
                return;
            }
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.deleteIfExists(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path empty, IOException failed) throws IOException {
                    Files.deleteIfExists(empty);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + folder + "; delete it by hand", e);
        }
    }
}
