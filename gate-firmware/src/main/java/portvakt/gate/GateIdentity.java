package portvakt.gate;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import portvakt.gate.status.TrustReplica;
import portvakt.protocol.event.JournalStart;
import portvakt.protocol.list.CardKeys;
import portvakt.protocol.mqtt.TlsIdentity;
import portvakt.protocol.sign.MalformedTrustException;
import portvakt.protocol.sign.Pem;
import portvakt.protocol.sign.RootKeys;
import portvakt.protocol.sign.TrustFiles;
import portvakt.protocol.sign.UnprovedTrustException;

/**
 * Who a gate is and whom it believes: the folder that an enrolment or the server's {@code provision} made.
 *
 * <pre>
 * gate.p12, gate.p12.password   our key and certificate
 * ca.pem                        the authority whose broker we talk to
 * root.pub                      Ed25519 root keys, PEM, one or several
 * root.threshold                how many of them must sign a trust file; without it 1
 * trust.signed                  the trust file to start with
 * lists/NAME.secret             secret of the list's card keys, 32 hexadecimal digits
 * journal.start                 after which event of this gate the journal goes on; without it after none
 * </pre>
 */
public record GateIdentity(
        SSLContext tls, TlsIdentity.OwnKey key, TrustReplica.Start trust, List<Gate.ListSecret> lists) {

    private static final String SECRET = ".secret";
    private static final String REMEDY = "; enrol the gate again, or carry a new folder of provision here";

    /**
     * @param wanted lists to decide by; empty: all whose secrets are there
     * @throws IOException naming the file that is missing or wrong, and the remedy
     */
    public static GateIdentity load(Path folder, Optional<List<String>> wanted) throws IOException {
        Path p12 = folder.resolve("gate.p12");
        Path password = folder.resolve("gate.p12.password");
        TlsIdentity.Opened own = TlsIdentity.open(p12, password, folder.resolve("ca.pem"));
        TlsIdentity.OwnKey key = own.key();
        if (!key.key().getAlgorithm().equals("EC")) {
            throw new IOException(p12 + ": holds a key for " + key.key().getAlgorithm() + " and none for EC" + REMEDY);
        }
        List<String> lists = wanted.isPresent() ? wanted.get() : provisioned(folder.resolve("lists"));
        refuseOldLayout(folder, lists);
        journalStart(folder);
        TrustReplica.Start trust = trust(folder);
        List<Gate.ListSecret> secrets = new ArrayList<>();
        for (String list : lists) {
            secrets.add(new Gate.ListSecret(list, secret(folder.resolve("lists").resolve(list + SECRET))));
        }
        return new GateIdentity(own.tls(), key, trust, secrets);
    }

    /**
     * After which event of this gate its journal goes on.
     *
     * @throws IOException naming the file and the remedy, if it is not as it was written
     */
    public static JournalStart journalStart(Path folder) throws IOException {
        Path file = folder.resolve(JournalStart.FILE);
        try {
            return JournalStart.parse(Files.readString(file, StandardCharsets.ISO_8859_1));
        } catch (NoSuchFileException e) {
            return JournalStart.NONE;
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + e.getMessage() + REMEDY, e);
        }
    }

    /** Names of the lists that {@link #lists} has the secrets of. */
    public List<String> listNames() {
        return lists.stream().map(Gate.ListSecret::list).toList();
    }

    private static List<String> provisioned(Path folder) throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> secrets = Files.newDirectoryStream(folder, "*" + SECRET)) {
            for (Path secret : secrets) {
                String file = secret.getFileName().toString();
                names.add(file.substring(0, file.length() - SECRET.length()));
            }
        } catch (NotDirectoryException | NoSuchFileException e) {
            throw new IOException(folder + ": is missing" + REMEDY, e);
        }
        if (names.isEmpty()) {
            throw new IOException(folder + ": has no list's secret, so nobody's card could be checked" + REMEDY);
        }
        names.sort(null);
        return names;
    }

    private static void refuseOldLayout(Path folder, List<String> lists) throws IOException {
        for (String list : lists) {
            Path pinned = folder.resolve("lists").resolve(list + ".pub");
            if (Files.exists(pinned) && !Files.exists(folder.resolve("root.pub"))) {
                throw new IOException(folder + ": was made by an older server: it has lists/" + list
                        + ".pub, and no root.pub, trust.signed" + REMEDY);
            }
        }
    }

    /**
     * The root keys that the gate was given, and how many of them must sign.
     *
     * @throws IOException naming the file that is missing or wrong, and the remedy
     */
    public static RootKeys roots(Path folder) throws IOException {
        Path rootFile = folder.resolve("root.pub");
        try {
            return new RootKeys(Pem.publicKeys(Files.readString(rootFile)), threshold(folder));
        } catch (NoSuchFileException e) {
            throw new IOException(rootFile + ": is missing" + REMEDY, e);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException(rootFile + ": holds no root keys that can be used: " + e.getMessage() + REMEDY, e);
        }
    }

    private static TrustReplica.Start trust(Path folder) throws IOException {
        Path trustFile = folder.resolve("trust.signed");
        RootKeys roots = roots(folder);
        try {
            byte[] file = Files.readAllBytes(trustFile);
            TrustFiles.prove(file, roots);
            return new TrustReplica.Start(roots, file);
        } catch (NoSuchFileException e) {
            throw new IOException(trustFile + ": is missing" + REMEDY, e);
        } catch (UnprovedTrustException | MalformedTrustException e) {
            throw new IOException(trustFile + ": does not prove by root.pub: " + e.getMessage() + REMEDY, e);
        }
    }

    private static int threshold(Path folder) throws IOException {
        Path file = folder.resolve("root.threshold");
        if (!Files.exists(file)) {
            return 1;
        }
        try {
            return Integer.parseInt(Files.readString(file).strip());
        } catch (NumberFormatException e) {
            throw new IOException(file + ": holds no number" + REMEDY, e);
        }
    }

    private static byte[] secret(Path file) throws IOException {
        if (!Files.exists(file)) {
            throw new IOException(file + ": is missing: this gate was not given that list" + REMEDY
                    + ", or take the list out of the setting \"lists\"");
        }
        try {
            byte[] secret = HexFormat.of().parseHex(Files.readString(file).strip());
            if (secret.length == CardKeys.SECRET_BYTES) {
                return secret;
            }
            throw new IOException(file + ": holds " + secret.length + " bytes, needed are " + CardKeys.SECRET_BYTES);
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": holds no hexadecimal digits; enrol the gate again", e);
        }
    }
}
