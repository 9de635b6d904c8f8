package portvakt.server.port;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Which keys this server's gates are told to believe. Safe for any thread. */
public interface KeyTrust {

    /** @param id begin of the key's hash, hexadecimal */
    record Root(String id) {}

    /** @param lists names of the lists whose heads it may sign; {@code *}: all */
    record Key(String id, List<String> lists, boolean documents, boolean retired) {}

    /** @param epoch lists that are not named are in epoch 1 */
    record Epoch(String list, int epoch) {}

    /**
     * @param threshold      how many root keys must sign a trust file
     * @param signingKey     the key that signs now
     * @param rootKeysOnline whether private root keys lie on this machine
     * @param advice         what somebody should do about it
     */
    record State(
            long version,
            Instant issuedAt,
            List<Root> roots,
            int threshold,
            String signingKey,
            List<Key> keys,
            List<Epoch> epochs,
            boolean rootKeysOnline,
            Optional<String> advice) {}

    State state();
}
