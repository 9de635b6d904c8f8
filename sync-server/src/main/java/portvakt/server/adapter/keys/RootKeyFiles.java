package portvakt.server.adapter.keys;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import portvakt.protocol.sign.KeyId;
import portvakt.protocol.sign.Pem;
import portvakt.server.adapter.file.SecretFile;

/** Root keys in files, as {@code root-ID.key} and {@code root-ID.pub}: on this machine, on a stick, on one that is never connected. */
public final class RootKeyFiles {

    private RootKeyFiles() {}

    /**
     * Makes a root key pair.
     *
     * @return the private key's file; the public one is beside it
     */
    public static Path create(Path folder) throws IOException {
        SecretFile.createFolder(folder);
        KeyPair pair = SigningKeys.newPair();
        String name = "root-" + KeyId.of(pair.getPublic()).hex();
        SecretFile.writePublic(folder.resolve(name + ".pub"), Pem.of(pair.getPublic()));
        Path key = folder.resolve(name + ".key");
        SecretFile.write(key, Pem.of(pair.getPrivate()));
        return key;
    }

    /** Private root keys in a folder, sorted; none where it is not there. */
    public static List<Path> in(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().matches("root-.*\\.key"))
                    .sorted()
                    .toList();
        }
    }

    /** The public key beside a private one. */
    static Path publicFile(Path key) {
        String name = key.getFileName().toString();
        return key.resolveSibling(name.substring(0, name.length() - ".key".length()) + ".pub");
    }

    /** @throws IOException naming the file that cannot be read or holds no key */
    static List<PublicKey> publicKeys(Path file) throws IOException {
        try {
            return Pem.publicKeys(Files.readString(file));
        } catch (GeneralSecurityException e) {
            throw new IOException(file + ": holds no Ed25519 public key in PEM", e);
        } catch (IOException e) {
            throw new IOException(file + ": cannot be read; name the file of a public root key", e);
        }
    }

    /**
     * @param roots the ones that count; each file's private key has to belong to one of them
     * @throws IOException naming the file that cannot be read, holds no key, or holds another's
     */
    static List<KeyPair> pairs(List<Path> files, List<PublicKey> roots) throws IOException {
        List<KeyPair> pairs = new ArrayList<>();
        for (Path file : files) {
            PrivateKey key = privateKey(file);
            pairs.add(roots.stream()
                    .map(root -> new KeyPair(root, key))
                    .filter(SigningKeys::isPair)
                    .findFirst()
                    .orElseThrow(() -> new IOException(file + ": is none of the root keys that the gates were given ("
                            + String.join(
                                    ", ",
                                    roots.stream()
                                            .map(root -> KeyId.of(root).hex())
                                            .toList()) + ")")));
        }
        return pairs;
    }

    private static PrivateKey privateKey(Path file) throws IOException {
        try {
            return Pem.privateKey(Files.readString(file));
        } catch (GeneralSecurityException e) {
            throw new IOException(file + ": holds no Ed25519 private key in PEM", e);
        } catch (IOException e) {
            throw new IOException(file + ": cannot be read; name the file of a private root key", e);
        }
    }
}
