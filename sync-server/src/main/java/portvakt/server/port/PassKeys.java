package portvakt.server.port;

import java.util.Optional;
import portvakt.protocol.pass.Pass;
import portvakt.protocol.pass.PassCode;

/** Signs passes with the key that counts now, and proves what such keys signed. Safe for any thread. */
public interface PassKeys {

    /** The same pass has the same code until the key changes. */
    PassCode sign(Pass pass);

    /** What the code says, if gates believe it by the trust file in force. */
    Optional<Pass> prove(PassCode code);
}
