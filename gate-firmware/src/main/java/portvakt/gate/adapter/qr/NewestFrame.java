package portvakt.gate.adapter.qr;

import java.time.Duration;

/**
 * The one place between the thread that drains the pipe and the thread that decodes. A new frame replaces one that nobody took:
 * frames are skipped, never queued, so a slow decoder sees the present and not the past. Three frames circulate (one is filled,
 * one waits here, one is decoded); none is allocated after the first.
 */
final class NewestFrame {

    /** What waiting for a frame came to. */
    sealed interface Taken {
        /** A frame that nobody has seen; the taker's own until its next {@link NewestFrame#take}. */
        record Frame(GrayFrame frame) implements Taken {}

        /** No more frames will come. */
        record Ended(String cause) implements Taken {}

        /** Nothing came in time. */
        record TimedOut() implements Taken {}
    }

    private GrayFrame waiting = new GrayFrame();
    private boolean fresh;
    private String endCause = "";
    private boolean ended;

    /** Leaves a filled frame here. @return the frame to fill next */
    synchronized GrayFrame put(GrayFrame filled) {
        GrayFrame next = waiting;
        waiting = filled;
        fresh = true;
        notifyAll();
        return next;
    }

    /** Says that {@link #put} will not be called again; a frame that waits can still be taken. */
    synchronized void end(String cause) {
        ended = true;
        endCause = cause;
        notifyAll();
    }

    /** @param done the taker's former frame, to be filled again */
    synchronized Taken take(GrayFrame done, Duration timeout) throws InterruptedException {
        long deadlineNs = System.nanoTime() + timeout.toNanos();
        while (!fresh && !ended) {
            long leftNs = deadlineNs - System.nanoTime();
            if (leftNs <= 0) {
                return new Taken.TimedOut();
            }
            wait(leftNs / 1_000_000, (int) (leftNs % 1_000_000));
        }
        if (!fresh) {
            return new Taken.Ended(endCause);
        }
        GrayFrame frame = waiting;
        waiting = done;
        fresh = false;
        return new Taken.Frame(frame);
    }
}
