package portvakt.gate.testing;

import java.io.IOException;
import java.nio.file.Path;
import portvakt.gate.journal.SealKey;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.mqtt.TlsIdentity;

/** Keys made for one test, for gates to seal their journals with. */
public final class SealKeys {

    private SealKeys() {}

    /** @param folder for its files */
    public static SealKey of(GateAddress gate, Path folder) throws IOException {
        new Certificates(folder).client(gate.gate());
        return new SealKey(gate, TlsIdentity.ownKey(folder.resolve(gate.gate() + ".p12"), folder.resolve("password")));
    }
}
