package portvakt.server.port;

import java.time.Instant;
import portvakt.protocol.Topics.GateAddress;

/** Remembers which gates lag behind with a list, and says so in the entry log: once when it begins, once when it is over. */
public interface LagEpisodes {

    /**
     * @param cause  one word for the program
     * @param detail plain English for the log
     * @return false if one was under way: nothing was written
     * @throws StorageException if it was not recorded
     */
    boolean begin(GateAddress gate, String list, String cause, String detail, Instant now);

    /**
     * @return false if none was under way: nothing was written
     * @throws StorageException if it was not recorded
     */
    boolean end(GateAddress gate, String list, String detail, Instant now);

    /** Forgets who reported what before that time. What gates have now stays. */
    void forgetBefore(Instant time);
}
