package portvakt.server.adapter.pki;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.event.JournalStart;
import portvakt.server.adapter.file.SecretFile;
import portvakt.server.port.GateRegistry;

/** Makes the folder that turns a computer into a gate of this server. */
public final class GateProvisioning {

    private final CertificateAuthority authority;
    private final GateRegistry registry;
    private final Trust trust;
    private final Duration validity;

    /** What a gate is given to believe and to read lists with. */
    public interface Trust {
        /** The public root keys, PEM. */
        String rootsPem();

        /** How many of them must sign. */
        int rootThreshold();

        /** The trust file that a new gate starts with. */
        byte[] trustFile();

        /** Names of the lists that a gate of that site needs. */
        List<String> listsOf(String site);

        /** What a gate needs to find a card in the list, hexadecimal. Goes into the gate's own folder and nowhere else. */
        String secretHex(String list) throws IOException;
    }

    /** @param validity of a gate's certificate; it has to be provisioned again before its end */
    public GateProvisioning(CertificateAuthority authority, GateRegistry registry, Trust trust, Duration validity) {
        this.authority = authority;
        this.registry = registry;
        this.trust = trust;
        this.validity = validity;
    }

    /**
     * Writes {@code gate.p12}, {@code gate.p12.password}, {@code ca.pem}, {@code root.pub}, {@code root.threshold},
     * {@code trust.signed} and a {@code lists/<list>.secret} for each list, and lets the gate in; then {@code journal.start}, if the log
     * has events of it. A gate that had a certificate before is cut off with that one.
     *
     * @param folder must be empty, or not there
     * @throws IOException if the folder holds something, or cannot be written; the gate's standing is unchanged then, unless it was the
     *     last file that could not: do it again in another folder
     */
    public void provision(GateAddress gate, Direction direction, Path folder, Instant now) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> content = Files.list(folder)) {
                if (content.findAny().isPresent()) {
                    throw new IOException(folder + " is not empty. Name a folder that is empty or not there.");
                }
            }
        }
        X509Certificate certificate = authority.issueGate(gate, validity, folder, now);
        SecretFile.writePublic(folder.resolve("root.threshold"), trust.rootThreshold() + "\n");
        SecretFile.writePublic(folder.resolve("root.pub"), trust.rootsPem());
        SecretFile.write(folder.resolve("trust.signed"), trust.trustFile());
        Path lists = folder.resolve("lists");
        SecretFile.createFolder(lists);
        for (String list : trust.listsOf(gate.site())) {
            SecretFile.write(lists.resolve(Topics.name(list) + ".secret"), trust.secretHex(list) + "\n");
        }
        JournalStart logEnd =
                registry.register(gate, direction, CertificateAuthority.serial(certificate), der(certificate), now);
        if (!logEnd.isNone()) {
            SecretFile.write(folder.resolve(JournalStart.FILE), logEnd.text());
        }
    }

    private static byte[] der(X509Certificate certificate) throws IOException {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException e) {
            throw new IOException("the gate's new certificate cannot be encoded", e);
        }
    }
}
