package portvakt.gate.access;

import java.security.PublicKey;
import java.util.Map;
import portvakt.protocol.pass.Pass;
import portvakt.protocol.pass.PassCode;
import portvakt.protocol.pass.PassRefusal;
import portvakt.protocol.pass.PassRefusedException;
import portvakt.protocol.sign.KeyId;

/**
 * Whose passes count at a gate. Immutable.
 *
 * @param site the gate's: only its own passes open
 * @param keys that may sign passes, those too that have retired: a pass is not printed anew because the server changed its key
 */
public record Passes(String site, Map<KeyId, PublicKey> keys) {

    /** No pass counts. */
    public static final Passes NONE = new Passes("", Map.of()); // looked up, never walked

    /** What came of a pass that was shown. */
    public sealed interface Proof {
        record Proved(Pass pass) implements Proof {}

        record Refused(PassRefusal refusal) implements Proof {}
    }

    public Passes {
        keys = Map.copyOf(keys); // looked up, never walked
    }

    /** Whether it is signed by a key that counts. Not whether it is for this site and this moment. */
    public Proof prove(PassCode code) {
        PublicKey key = keys.get(code.keyId());
        if (key == null) {
            return new Proof.Refused(PassRefusal.KEY_UNKNOWN);
        }
        try {
            return new Proof.Proved(code.prove(key));
        } catch (PassRefusedException e) {
            return new Proof.Refused(e.refusal());
        }
    }
}
