package portvakt.sim.bench;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import portvakt.gate.status.ListStore;
import portvakt.protocol.list.ListHead;

/** Starts {@link Probe} for one structure, and reads what it says. */
final class Probes {

    /** Room for a JVM's own needs and for what opening makes and drops again. */
    private static final long SPARE_BYTES = 32L << 20;

    private final String name;
    private final Path folder;
    private final Cards cards;
    private final Structure.Deltas deltas;

    Probes(String name, Path folder, Cards cards, Structure.Deltas deltas) {
        this.name = name;
        this.folder = folder;
        this.cards = cards;
        this.deltas = deltas;
    }

    /** As the launcher starts a gate, but for the cache of loaded classes, which knows one program only. */
    static List<String> flags(long heapBytes) {
        return List.of(
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:+UseSerialGC",
                "-Xmx" + (heapBytes >> 20) + "m");
    }

    /** After the files' pages were dropped from memory, where the system has a way to do so. */
    Map<String, Figures> runCold() throws IOException, InterruptedException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                dropPages(file);
            }
        }
        return run(Probe.Measure.COLD);
    }

    private static void dropPages(Path file) throws InterruptedException {
        try {
            new ProcessBuilder("dd", "if=" + file, "iflag=nocache", "count=0")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            // No such program: the pages stay, and the start is faster by the time of reading a megabyte.
        }
    }

    /** By the names that the probe prints. */
    Map<String, Figures> run(Probe.Measure measure) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags(Structures.of(name).heapBytes(cards) + SPARE_BYTES));
        command.addAll(List.of("-cp", classPath(), Probe.class.getName()));
        command.addAll(List.of(measure.name(), name, folder.toString()));
        command.addAll(List.of(Integer.toString(cards.count()), Long.toString(cards.seed())));
        command.addAll(List.of(Integer.toString(deltas.rounds()), Integer.toString(deltas.changes())));
        command.add(Long.toString(Probe.nowUs()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(said);
        }
        Map<String, List<Double>> values = new TreeMap<>();
        said.lines()
                .map(line -> line.split(" "))
                .filter(words -> words.length == 2 && words[1].matches("-?[0-9]+"))
                .forEach(words ->
                        values.computeIfAbsent(words[0], _ -> new ArrayList<>()).add(Double.parseDouble(words[1])));
        Map<String, Figures> figures = new TreeMap<>();
        values.forEach((what, each) -> figures.put(
                what, Figures.of(each.stream().mapToDouble(Double::doubleValue).toArray())));
        return figures;
    }

    /** Only what the probe needs, as on a gate: a JVM looks for a class in each jar before the right one. */
    private static String classPath() {
        return Stream.of(
                        Probe.class,
                        ListStore.class,
                        ListHead.class,
                        org.h2.Driver.class,
                        org.sqlite.JDBC.class,
                        org.slf4j.LoggerFactory.class)
                .map(Probes::jar)
                .distinct()
                .collect(Collectors.joining(java.io.File.pathSeparator));
    }

    private static String jar(Class<?> of) {
        try {
            return Path.of(of.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException("where is " + of + "?", e);
        }
    }
}
