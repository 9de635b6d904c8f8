package portvakt.server.adapter.pki;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics;
import portvakt.protocol.Topics.GateAddress;
import portvakt.server.adapter.file.SecretFile;
import portvakt.server.port.GateRegistry;

/** Makes the folder that turns a computer into a gate of this server. */
public final class GateProvisioning {

    private final CertificateAuthority authority;
    private final GateRegistry registry;
    private final ListTrust list;
    private final Duration validity;

    /** What a gate needs of a list: its name, the public key as PEM, and the secret, hexadecimal. */
    public record ListTrust(String list, String publicKeyPem, String secretHex) {}

    /** @param validity of a gate's certificate; it has to be provisioned again before its end */
    public GateProvisioning(CertificateAuthority authority, GateRegistry registry, ListTrust list, Duration validity) {
        this.authority = authority;
        this.registry = registry;
        this.list = list;
        this.validity = validity;
    }

    /**
     * Writes {@code gate.p12}, {@code gate.p12.password}, {@code ca.pem}, {@code lists/<list>.pub} and
     * {@code lists/<list>.secret}, and lets the gate in. A gate that had a certificate before is cut off with that one.
     *
     * @param folder must be empty, or not there
     * @throws IOException if the folder holds something, or cannot be written; the gate's standing is unchanged then
     */
    public void provision(GateAddress gate, Direction direction, Path folder, Instant now) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> content = Files.list(folder)) {
                if (content.findAny().isPresent()) {
                    throw new IOException(folder + " is not empty. Name a folder that is empty or not there.");
                }
            }
        }
        String serial = authority.issueGate(gate, validity, folder, now);
        Path lists = folder.resolve("lists");
        SecretFile.createFolder(lists);
        SecretFile.writePublic(lists.resolve(Topics.name(list.list) + ".pub"), list.publicKeyPem);
        SecretFile.write(lists.resolve(list.list + ".secret"), list.secretHex + "\n");
        registry.register(gate, direction, serial, now);
    }
}
