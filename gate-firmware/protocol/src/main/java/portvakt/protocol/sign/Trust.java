package portvakt.protocol.sign;

import java.security.PublicKey;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whose signature counts for what: the content of a trust file. Immutable.
 *
 * @param version rises with every trust file
 * @param keys    no two with the same id
 * @param epochs  of the lists that are named; all others are in {@link #FIRST_EPOCH}
 */
public record Trust(long version, Instant issuedAt, List<Key> keys, Map<String, Integer> epochs) {

    public static final int FIRST_EPOCH = 1;

    /** In {@link Key#lists}: every list. */
    public static final String EVERY_LIST = "*";

    /**
     * @param lists     names of the lists whose heads it may sign
     * @param documents whether it may sign enrolments, policies and passes
     * @param retired   signs nothing new any more
     */
    public record Key(PublicKey publicKey, KeyId id, List<String> lists, boolean documents, boolean retired) {

        public Key {
            lists = List.copyOf(lists);
        }

        public static Key of(PublicKey publicKey, List<String> lists, boolean documents) {
            return new Key(publicKey, KeyId.of(publicKey), lists, documents, false);
        }

        public boolean signsList(String list) {
            return lists.contains(EVERY_LIST) || lists.contains(list);
        }

        public Key asRetired() {
            return new Key(publicKey, id, lists, documents, true);
        }
    }

    public Trust {
        keys = List.copyOf(keys);
        epochs = Map.copyOf(epochs);
    }

    /** The key of that id, retired or not. */
    public Optional<Key> key(KeyId id) {
        return keys.stream().filter(key -> key.id().equals(id)).findFirst();
    }

    /** The epoch in which the list's heads have to be. */
    public int epochOf(String list) {
        return epochs.getOrDefault(list, FIRST_EPOCH);
    }
}
