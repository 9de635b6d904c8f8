package portvakt.server.adapter.keys;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import portvakt.protocol.Topics;
import portvakt.protocol.list.CardKeys;
import portvakt.protocol.sign.KeyId;
import portvakt.protocol.sign.Pem;
import portvakt.protocol.sign.SignedFacts;
import portvakt.server.adapter.file.SecretFile;

/**
 * The folder of the keys that the server needs each day:
 *
 * <pre>
 * signing-ID.key, signing-ID.pub  Ed25519 pair that signs lists and documents; ID is its key id
 * LIST.secret                     under which card numbers stand in a list, 32 hexadecimal digits
 * LIST.secret.check               begin of the secret's SHA-256: a secret that changed unnoticed would let everybody in
 * </pre>
 *
 * <p>An older server kept the pair as {@code LIST.key} and {@code LIST.pub}; it is renamed at the first opening.
 */
public final class SigningKeys {

    private static final String PREFIX = "signing-";
    private static final String REMEDY =
            " Put the folder back from a backup. Without one, remove it and the folder trust beside it, and provision every"
                    + " gate anew.";
    private static final int CHECK_BYTES = 8;

    private final Path folder;

    private SigningKeys(Path folder) {
        this.folder = folder;
    }

    /**
     * @param list whose keys an older server may have left here
     * @throws IOException if they are damaged or cannot be read or written; the message names them and the remedy
     */
    public static SigningKeys open(Path folder, String list) throws IOException {
        SecretFile.createFolder(folder);
        SigningKeys keys = new SigningKeys(folder);
        keys.takeOver(Topics.name(list));
        return keys;
    }

    private void takeOver(String list) throws IOException {
        Path key = folder.resolve(list + ".key");
        Path pub = folder.resolve(list + ".pub");
        if (!SecretFile.exists(key) && !SecretFile.exists(pub)) {
            return;
        }
        if (!SecretFile.exists(folder.resolve(list + ".secret"))) {
            throw damaged(list, list + ".secret is not there", null);
        }
        if (!SecretFile.exists(key)) {
            // Cut off between the two removals below, at an earlier start.
            Files.delete(pub);
            return;
        }
        store(pair(key, pub));
        Files.delete(key);
        Files.deleteIfExists(pub);
    }

    /** Makes a pair and keeps it; it counts when a trust file says so. */
    public KeyPair create() throws IOException {
        KeyPair pair = newPair();
        store(pair);
        return pair;
    }

    static KeyPair newPair() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has Ed25519", e);
        }
    }

    private void store(KeyPair pair) throws IOException {
        String name = PREFIX + KeyId.of(pair.getPublic()).hex();
        SecretFile.writePublic(folder.resolve(name + ".pub"), Pem.of(pair.getPublic()));
        SecretFile.write(folder.resolve(name + ".key"), Pem.of(pair.getPrivate()));
    }

    /** Ids of the pairs whose private key is here, sorted. */
    public List<KeyId> ids() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches(PREFIX + "[0-9a-f]{8}\\.key"))
                    .map(name -> new KeyId(name.substring(PREFIX.length(), name.length() - ".key".length())))
                    .sorted(java.util.Comparator.comparing(KeyId::hex))
                    .toList();
        }
    }

    /** @throws IOException if it is not there or damaged */
    public KeyPair pair(KeyId id) throws IOException {
        KeyPair pair = pair(folder.resolve(PREFIX + id.hex() + ".key"), folder.resolve(PREFIX + id.hex() + ".pub"));
        if (!KeyId.of(pair.getPublic()).equals(id)) {
            throw damaged(id.hex(), "it is another key", null);
        }
        return pair;
    }

    private KeyPair pair(Path key, Path pub) throws IOException {
        try {
            KeyPair pair = new KeyPair(
                    Pem.publicKeys(Files.readString(pub)).getFirst(), Pem.privateKey(Files.readString(key)));
            if (!isPair(pair)) {
                throw new GeneralSecurityException(key.getFileName() + " and " + pub.getFileName() + " are no pair");
            }
            return pair;
        } catch (GeneralSecurityException | NoSuchFileException e) {
            throw damaged(key.getFileName().toString(), e.getMessage(), e);
        }
    }

    static boolean isPair(KeyPair pair) {
        byte[] probe = {1};
        return SignedFacts.isSignedBy(
                pair.getPublic(),
                "probe",
                SignedFacts.sign("probe", probe, pair.getPrivate(), KeyId.of(pair.getPublic())));
    }

    /** Removes a private key that signs nothing any more; whoever copies the folder later does not get it. */
    public void remove(KeyId id) throws IOException {
        Files.deleteIfExists(folder.resolve(PREFIX + id.hex() + ".key"));
        Files.deleteIfExists(folder.resolve(PREFIX + id.hex() + ".pub"));
    }

    /** Names of the lists that have a secret, sorted. */
    public List<String> lists() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".secret"))
                    .map(name -> name.substring(0, name.length() - ".secret".length()))
                    .filter(Topics::isName)
                    .sorted()
                    .toList();
        }
    }

    /**
     * The secret of a list, made at the first asking.
     *
     * @throws IOException if it is gone or not what it was: gates have the old one, and under another they would find no card
     */
    public byte[] secret(String list) throws IOException {
        Path file = folder.resolve(Topics.name(list) + ".secret");
        Path check = folder.resolve(list + ".secret.check");
        if (!SecretFile.exists(file)) {
            if (SecretFile.exists(check)) {
                throw damaged(list, file.getFileName() + " is gone", null);
            }
            byte[] made = new byte[CardKeys.SECRET_BYTES];
            new SecureRandom().nextBytes(made);
            SecretFile.write(file, HexFormat.of().formatHex(made) + "\n");
        }
        byte[] secret = read(list, file);
        String sum = checksum(secret);
        if (!SecretFile.exists(check)) {
            SecretFile.write(check, sum + "\n");
        } else if (!Files.readString(check).strip().equals(sum)) {
            throw damaged(list, file.getFileName() + " is not what it was", null);
        }
        return secret;
    }

    private byte[] read(String list, Path file) throws IOException {
        try {
            byte[] secret = HexFormat.of().parseHex(Files.readString(file).strip());
            if (secret.length == CardKeys.SECRET_BYTES) {
                return secret;
            }
            throw damaged(list, file.getFileName() + " has not " + CardKeys.SECRET_BYTES + " bytes", null);
        } catch (IllegalArgumentException e) {
            throw damaged(list, file.getFileName() + " is not hexadecimal", e);
        }
    }

    private static String checksum(byte[] secret) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(secret);
            return HexFormat.of().formatHex(Arrays.copyOf(digest, CHECK_BYTES));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private IOException damaged(String what, String why, Exception cause) {
        return new IOException(
                "the keys of " + what + " in " + folder + " are damaged or incomplete (" + why + ")." + REMEDY, cause);
    }
}
