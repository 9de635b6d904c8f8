package portvakt.sim.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Consumer;
import portvakt.protocol.CardNumber;

/** A way to keep on disk which cards are listed, and to look one up. */
interface Structure {

    /** As it stands in the table of results. */
    String title();

    /** Puts the cards, and what {@link Opened#apply} needs, into a folder of its own. */
    void build(Path folder, Cards cards, Deltas deltas) throws IOException;

    /** @param passed told the name of each step that is behind it; takes time as little as it can */
    Opened open(Path folder, Cards cards, Consumer<String> passed) throws IOException;

    /** Bytes that a gate keeps, all files together. */
    long bytesOnDisk(Path folder) throws IOException;

    /** Bytes of the message that brings the first delta, where there is such a thing. */
    default OptionalLong messageBytes(Path folder) throws IOException {
        return OptionalLong.empty();
    }

    /** Bytes of heap that it is measured with. */
    long heapBytes(Cards cards);

    /** How many deltas, of how many cards each. */
    record Deltas(int rounds, int changes) {}

    /** @param forces fsyncs, where they can be counted */
    record Applied(OptionalInt forces) {}

    /** Belongs to one thread. */
    interface Opened extends AutoCloseable {

        boolean lists(CardNumber card);

        /** Does what a program that runs for long has done soon after its start. */
        default void settle() {}

        /** Takes the changes of one round; returns when they survive a power cut. */
        Applied apply(int round, Cards.Changes changes) throws IOException;

        @Override
        void close() throws IOException;
    }
}
