package portvakt.server.adapter.issuer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import portvakt.protocol.list.CardKeys;
import portvakt.protocol.sign.KeyId;
import portvakt.protocol.sign.SignedFacts;
import portvakt.server.adapter.file.SecretFile;

/**
 * The keys of a list: the Ed25519 pair that signs its heads, and the secret under which card numbers stand in it. Made at the
 * first start and kept in files for the owner only; whoever loses them has to provision every gate anew. Immutable.
 */
public final class ListKeys {

    private final PrivateKey privateKey;
    private final PublicKey publicKey;
    private final byte[] secret;

    private ListKeys(PrivateKey privateKey, PublicKey publicKey, byte[] secret) {
        this.privateKey = privateKey;
        this.publicKey = publicKey;
        this.secret = secret;
    }

    /**
     * Loads {@code <list>.key}, {@code <list>.pub} and {@code <list>.secret} from the folder, or makes them if there are none.
     *
     * @throws IOException if a file is missing or damaged while another is there, or cannot be read or written; the message
     *     names it and the remedy
     */
    public static ListKeys loadOrCreate(Path folder, String list) throws IOException {
        SecretFile.createFolder(folder);
        Path key = folder.resolve(list + ".key");
        Path pub = folder.resolve(list + ".pub");
        Path secret = folder.resolve(list + ".secret");
        boolean none = !SecretFile.exists(key) && !SecretFile.exists(pub) && !SecretFile.exists(secret);
        try {
            if (none) {
                create(key, pub, secret);
            }
            return load(key, pub, secret);
        } catch (GeneralSecurityException | IllegalArgumentException | java.nio.file.NoSuchFileException e) {
            throw new IOException(
                    "the keys of list " + list + " in " + folder + " are damaged or incomplete (" + e.getMessage()
                            + "). Put all three files back from a backup. Without one, remove all three and provision"
                            + " every gate anew.",
                    e);
        }
    }

    private static void create(Path key, Path pub, Path secret) throws IOException, GeneralSecurityException {
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        byte[] secretBytes = new byte[CardKeys.SECRET_BYTES];
        new SecureRandom().nextBytes(secretBytes);
        SecretFile.write(key, pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
        SecretFile.write(secret, HexFormat.of().formatHex(secretBytes) + "\n");
        SecretFile.writePublic(pub, pem("PUBLIC KEY", pair.getPublic().getEncoded()));
    }

    private static ListKeys load(Path key, Path pub, Path secret) throws IOException, GeneralSecurityException {
        KeyFactory ed25519 = KeyFactory.getInstance("Ed25519");
        PrivateKey privateKey = ed25519.generatePrivate(new PKCS8EncodedKeySpec(der(key)));
        PublicKey publicKey = ed25519.generatePublic(new X509EncodedKeySpec(der(pub)));
        byte[] probe = {1};
        if (!SignedFacts.isSignedBy(
                publicKey, "probe", SignedFacts.sign("probe", probe, privateKey, KeyId.of(publicKey)))) {
            throw new GeneralSecurityException(key.getFileName() + " and " + pub.getFileName() + " are no pair");
        }
        byte[] secretBytes = HexFormat.of().parseHex(Files.readString(secret).strip());
        if (secretBytes.length != CardKeys.SECRET_BYTES) {
            throw new GeneralSecurityException(secret.getFileName() + " has not " + CardKeys.SECRET_BYTES + " bytes");
        }
        return new ListKeys(privateKey, publicKey, secretBytes);
    }

    PrivateKey privateKey() {
        return privateKey;
    }

    public PublicKey publicKey() {
        return publicKey;
    }

    public KeyId keyId() {
        return KeyId.of(publicKey);
    }

    /** A fresh instance, for one thread. */
    public CardKeys cardKeys() {
        return new CardKeys(secret);
    }

    /** What a gate needs to prove and read the list: the public key as PEM. */
    public String publicKeyPem() {
        return pem("PUBLIC KEY", publicKey.getEncoded());
    }

    /** What a gate needs to find a card in the list, hexadecimal. Goes into the gate's own folder and nowhere else. */
    public String secretHex() {
        return HexFormat.of().formatHex(secret);
    }

    private static String pem(String type, byte[] der) {
        String lines = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(der);
        return "-----BEGIN " + type + "-----\n" + lines + "\n-----END " + type + "-----\n";
    }

    private static byte[] der(Path file) throws IOException {
        return Base64.getMimeDecoder().decode(Files.readString(file).replaceAll("-----[A-Z ]+-----", ""));
    }
}
