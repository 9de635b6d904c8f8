package portvakt.sim.pi;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import portvakt.protocol.list.BucketTable;
import portvakt.protocol.list.CardKeys;
import portvakt.protocol.list.ListHead;
import portvakt.protocol.sign.KeyId;
import portvakt.protocol.sign.Pem;
import portvakt.protocol.sign.Trust;
import portvakt.protocol.sign.TrustFiles;
import portvakt.sim.site.SimulatedSite;

/**
 * A list with very many cards, signed by a key of its own, as a gate's disk has it. The keys in it are drawn: the keys of real cards
 * cannot be told from drawn ones, for they come out of a cipher.
 */
final class MillionCards {

    /** Where the gate looks for the list's first version. */
    static final String FILE = SimulatedSite.LIST + ".1.1.list";

    private MillionCards() {}

    /**
     * Makes the list, and lets an identity believe it.
     *
     * @param identity as the server made it; changed here
     * @return the list's file
     */
    static byte[] make(int cards, Path identity) throws IOException {
        KeyPair signer = pair();
        Trust trust = new Trust(
                1,
                Instant.now().truncatedTo(ChronoUnit.MILLIS),
                List.of(Trust.Key.of(signer.getPublic(), List.of(Trust.EVERY_LIST), true)),
                Map.of()); // looked up, never walked
        Files.writeString(identity.resolve("root.pub"), Pem.of(signer.getPublic()));
        Files.writeString(identity.resolve("root.threshold"), "1");
        Files.write(identity.resolve("trust.signed"), TrustFiles.sign(trust, List.of(signer)));
        byte[] secret = new byte[CardKeys.SECRET_BYTES];
        new SplittableRandom(cards).nextBytes(secret);
        Files.writeString(
                identity.resolve("lists").resolve(SimulatedSite.LIST + ".secret"),
                HexFormat.of().formatHex(secret));
        return file(cards, signer);
    }

    private static byte[] file(int cards, KeyPair signer) {
        // Sorted as unsigned numbers: the sign is turned for the time of the sort.
        long[] keys = new SplittableRandom(cards).longs(cards).sorted().toArray();
        for (int at = 0; at < keys.length; at++) {
            keys[at] ^= Long.MIN_VALUE;
        }
        keys = Arrays.stream(keys).distinct().toArray();
        BucketTable table = BucketTable.of(keys);
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        byte[] head = new ListHead(
                        SimulatedSite.LIST,
                        Trust.FIRST_EPOCH,
                        1,
                        table.bits(),
                        keys.length,
                        now,
                        now.plus(Duration.ofDays(1)),
                        HexFormat.of().formatHex(table.root()),
                        KeyId.of(signer.getPublic()))
                .sign(signer.getPrivate());
        ByteBuffer file = ByteBuffer.allocate(head.length + table.bytes().length + keys.length * Long.BYTES);
        file.put(head).put(table.bytes()).asLongBuffer().put(keys);
        return file.array();
    }

    private static KeyPair pair() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no Ed25519", e);
        }
    }
}
