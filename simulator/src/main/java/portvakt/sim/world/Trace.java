package portvakt.sim.world;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;

/** What happened in a run, line by line: the last of it is kept, all of it is hashed. */
public final class Trace {

    static final int LINES_KEPT = 50;
    private static final int HASH_BYTES = 8;

    private final Agenda agenda;
    private final Consumer<String> listener;
    private final MessageDigest digest;
    private final Deque<String> last = new ArrayDeque<>();
    private long lines;

    /** @param listener hears each line at once */
    Trace(Agenda agenda, Consumer<String> listener) {
        this.agenda = agenda;
        this.listener = listener;
        try {
            this.digest = MessageDigest.getInstance("SHA-256");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    public void line(String who, String what) {
        String line = stamp(agenda.nowNs()) + " " + who + " " + what;
        digest.update(line.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) '\n');
        lines++;
        last.add(line);
        if (last.size() > LINES_KEPT) {
            last.remove();
        }
        listener.accept(line);
    }

    private static String stamp(long ns) {
        long us = ns / 1_000;
        long s = us / 1_000_000;
        return "%02d:%02d:%02d.%06d".formatted(s / 3600, s / 60 % 60, s % 60, us % 1_000_000);
    }

    List<String> last() {
        return List.copyOf(last);
    }

    /** Of all lines so far. Ends the trace. */
    String hash() {
        return HexFormat.of().formatHex(digest.digest(), 0, HASH_BYTES) + "-" + lines;
    }
}
