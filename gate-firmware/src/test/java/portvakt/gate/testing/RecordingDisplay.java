package portvakt.gate.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import portvakt.gate.port.Display;

/** A {@link Display} that keeps what it was told, each thing once, and fails when the test says so. */
public final class RecordingDisplay implements Display {

    private final List<Notice> notices = new ArrayList<>();
    private boolean broken;
    private int toldCount;

    public synchronized void breakDown() {
        broken = true;
    }

    public synchronized Notice newest() {
        return notices.getLast();
    }

    public synchronized List<Face> faces() {
        return notices.stream().map(Notice::face).toList();
    }

    /** How often it was told anything, news or not. */
    public synchronized int toldCount() {
        return toldCount;
    }

    @Override
    public void start(Consumer<Health> health) {
        health.accept(new Health(true, ""));
    }

    @Override
    public synchronized void show(Notice notice) {
        toldCount++;
        if (broken) {
            throw new IllegalStateException("broken");
        }
        if (notices.isEmpty() || !notices.getLast().equals(notice)) {
            notices.add(notice);
        }
    }

    @Override
    public void close() {}
}
