package portvakt.gate.adapter.pcsc;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.protocol.config.ConfigFile;

/**
 * Writes what a reader and its cards say to each other to a file, masked ({@link ApduText}), for a technician who wants to know why
 * a card is not read. Stops, and says so, at {@value #CHARS_MAX} characters or when the file cannot be written: reading cards
 * does not depend on it. One thread.
 */
final class ApduDump implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ApduDump.class);

    static final int CHARS_MAX = 4 << 20;

    private final Path file;
    private final Writer out;
    private long chars;
    private boolean stopped;

    private ApduDump(Path file, Writer out, long chars) {
        this.file = file;
        this.out = out;
        this.chars = chars;
    }

    /** Goes on behind what is in the file. @throws ConfigFile.Invalid if it cannot be written */
    static ApduDump to(Path file) throws ConfigFile.Invalid {
        try {
            if (!Files.exists(file)) {
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            }
            return new ApduDump(
                    file,
                    Files.newBufferedWriter(file, StandardCharsets.US_ASCII, StandardOpenOption.APPEND),
                    Files.size(file));
        } catch (IOException | UnsupportedOperationException e) {
            throw new ConfigFile.Invalid(
                    "apduDump " + file + ": cannot be written (" + e.getClass().getSimpleName()
                            + "). Check that its folder exists and belongs to the gate's user, or leave \"apduDump\" out.");
        }
    }

    /** A card was connected to. Historical bytes of a card with a processor may tell who made it, and nothing of its holder. */
    void card(String reader, CardKind kind, byte[] atr) {
        write("# " + reader.replaceAll("[^ -~]", "?") + ": " + kind);
        write("! " + ApduText.whole(atr));
    }

    /** The same card, with all that is said written down. */
    Apdus recorded(Apdus card) {
        return command -> {
            write("> " + ApduText.maskedCommand(command));
            try {
                byte[] answer = card.transceive(command);
                write("< " + ApduText.maskedAnswer(command, answer));
                return answer;
            } catch (CardGoneException e) {
                write("< gone");
                throw e;
            }
        };
    }

    private void write(String line) {
        if (stopped) {
            return;
        }
        try {
            out.write(line + "\n");
            out.flush();
            chars += line.length() + 1;
            if (chars > CHARS_MAX) {
                stop("it is full");
            }
        } catch (IOException e) {
            stop(e.toString());
        }
    }

    private void stop(String cause) {
        stopped = true;
        LOG.warn("No more is written to {}: {}", file, cause);
    }

    @Override
    public void close() {
        stopped = true;
        try {
            out.close();
        } catch (IOException e) {
            LOG.debug("{} did not close", file, e);
        }
    }
}
