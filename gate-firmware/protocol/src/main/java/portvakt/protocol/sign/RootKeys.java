package portvakt.protocol.sign;

import java.security.PublicKey;
import java.util.List;

/**
 * The root keys that a gate is given once, when it is provisioned, and how many of them must sign a trust file. Immutable.
 *
 * @param threshold at least 1, at most as many as there are keys
 */
public record RootKeys(List<PublicKey> keys, int threshold) {

    public static final int KEYS_MAX = 16;

    /** @throws IllegalArgumentException saying what is wrong: no key, too many, the same twice, a threshold out of range */
    public RootKeys {
        keys = List.copyOf(keys);
        if (keys.isEmpty() || keys.size() > KEYS_MAX) {
            throw new IllegalArgumentException(keys.size() + " root keys; there must be 1 to " + KEYS_MAX);
        }
        if (keys.stream().map(KeyId::of).distinct().count() != keys.size()) {
            throw new IllegalArgumentException("the same root key twice");
        }
        if (threshold < 1 || threshold > keys.size()) {
            throw new IllegalArgumentException(
                    "threshold " + threshold + " with " + keys.size() + " root keys; it must be 1 to " + keys.size());
        }
    }
}
