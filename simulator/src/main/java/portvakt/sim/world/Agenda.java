package portvakt.sim.world;

import java.time.Duration;
import java.util.PriorityQueue;

/** Virtual time: what is to happen, in one total order of (time, sequence). Times are nanoseconds since the world began. For one thread. */
public final class Agenda {

    private record Entry(long atNs, long sequence, Runnable work) implements Comparable<Entry> {
        @Override
        public int compareTo(Entry other) {
            int byTime = Long.compare(atNs, other.atNs);
            return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
        }
    }

    private final PriorityQueue<Entry> entries = new PriorityQueue<>();
    private long nowNs;
    private long sequence;

    public long nowNs() {
        return nowNs;
    }

    public void at(long atNs, Runnable work) {
        entries.add(new Entry(Math.max(atNs, nowNs), sequence++, work));
    }

    public void in(Duration delay, Runnable work) {
        at(nowNs + delay.toNanos(), work);
    }

    /** How many things have been put down so far. */
    public long sequence() {
        return sequence;
    }

    /** Does the next thing, at its time. @return false if there is none before {@code untilNs}; then it is that time */
    public boolean runNext(long untilNs) {
        Entry next = entries.peek();
        if (next == null || next.atNs > untilNs) {
            nowNs = Math.max(nowNs, untilNs);
            return false;
        }
        entries.remove();
        nowNs = next.atNs;
        next.work.run();
        return true;
    }
}
