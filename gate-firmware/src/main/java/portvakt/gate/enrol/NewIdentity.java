package portvakt.gate.enrol;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics.GateAddress;

/**
 * What a gate was given, proved.
 *
 * @param broker where the broker is, as far as the server knows
 * @param files  of the identity's folder, by their paths in it
 */
public record NewIdentity(
        GateAddress gate, Direction direction, Optional<String> broker, SequencedMap<String, byte[]> files) {

    public NewIdentity {
        files = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(files));
    }

    /** Without the files, some of which are secret. */
    @Override
    public String toString() {
        return "the identity of " + gate + " with " + Map.copyOf(files).size() + " files";
    }
}
