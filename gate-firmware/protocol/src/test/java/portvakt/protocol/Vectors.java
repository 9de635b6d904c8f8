package portvakt.protocol;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;

/** The pinned vectors under {@code resources/vectors}, and the key of RFC 8032 § 7.1 test 1 that they are signed with. */
public final class Vectors {

    private Vectors() {}

    /** The lines of one file that are no comments, split at blanks. */
    public static List<String[]> of(String name) {
        try (InputStream in = Vectors.class.getResourceAsStream("/vectors/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split(" "))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }

    public static PrivateKey privateKey() {
        try {
            return KeyFactory.getInstance("Ed25519")
                    .generatePrivate(new EdECPrivateKeySpec(
                            NamedParameterSpec.ED25519,
                            hex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    public static PublicKey publicKey() {
        try {
            return KeyFactory.getInstance("Ed25519")
                    .generatePublic(new X509EncodedKeySpec(hex("302a300506032b6570032100"
                            + "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** Sorted keys that are the same for ever. */
    public static long[] keys(int count) {
        return new SplittableRandom(20260601)
                .longs(count)
                .boxed()
                .sorted(Long::compareUnsigned)
                .mapToLong(Long::longValue)
                .toArray();
    }
}
