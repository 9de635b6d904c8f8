package portvakt.gate.command;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import portvakt.gate.Gate;
import portvakt.gate.check.Finding;
import portvakt.gate.check.Machine;
import portvakt.gate.journal.EventWords;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.v1.ChainedEvent;

/**
 * A file for support: findings, events without anybody in them, and what machine this is. No settings, since a camera's command may hold a
 * password; no key, no list.
 */
record SupportBundle(GateAddress gate, Instant at, boolean runs, Machine.Board board) {

    void write(Path file, CheckReport report, List<Finding> findings, Collection<ChainedEvent> events, ZoneId zone)
            throws IOException {
        // Begun with its mode, and never over another file: it is run by root.
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.WRITE);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            entry(zip, "findings.json", report.json(findings) + "\n");
            entry(zip, "machine.txt", machine());
            EventWords words = new EventWords(zone, false);
            entry(
                    zip,
                    "events.txt",
                    events.stream()
                            .map(event -> words.line(withoutAnybody(event)) + "\n")
                            .collect(Collectors.joining()));
        }
    }

    private static ChainedEvent withoutAnybody(ChainedEvent event) {
        return event.toBuilder().clearSubject().clearSubjectCommitment().build();
    }

    private String machine() {
        return "gate " + gate.gate() + " of site " + gate.site() + "\n"
                + "at " + at + "\n"
                + "the gate " + (runs ? "runs" : "does not run") + "\n"
                + "built " + Gate.builtAt().map(Instant::toString).orElse("?") + "\n"
                + "board " + board.model().orElse("?") + ", "
                + (board.millicelsius().isPresent() ? board.millicelsius().getAsInt() / 1000 + " °C" : "?")
                + ", throttled "
                + (board.throttled().isPresent()
                        ? Integer.toHexString(board.throttled().getAsInt())
                        : "?") + "\n"
                + "java " + Runtime.version() + ", " + System.getProperty("os.name") + " "
                + System.getProperty("os.version") + " " + System.getProperty("os.arch") + "\n";
    }

    private static void entry(ZipOutputStream zip, String name, String text) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(text.getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
    }
}
