package portvakt.sim.bench;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import portvakt.gate.adapter.file.FolderDisk;
import portvakt.gate.status.ListRefusedException;
import portvakt.gate.status.ListStore;
import portvakt.gate.status.SealedList;
import portvakt.gate.status.StoredList;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.protocol.list.ListDelta;
import portvakt.protocol.list.ListHead;
import portvakt.protocol.list.MalformedListException;

/** What a gate has: the sealed list and its log, through the gate's own code and disk. */
final class SealedStructure implements Structure {

    private static final String LIST_SUFFIX = ".list";
    private static final String PUBLIC_KEY = "signer.pub";
    private static final String DELTAS = "deltas";
    /** What a gate with 512 MB of memory may give to Java. */
    private static final long HEAP_BYTES = 64L << 20;

    @Override
    public String title() {
        return "sealed list";
    }

    @Override
    public void build(Path folder, Cards cards, Deltas deltas) throws IOException {
        BenchIssuer issuer = new BenchIssuer(cards);
        Files.write(folder.resolve(PUBLIC_KEY), issuer.publicKey().getEncoded());
        Path base = folder.resolve(BenchIssuer.LIST + "." + BenchIssuer.EPOCH + ".1" + LIST_SUFFIX);
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(base), 1 << 20)) {
            issuer.writeFile(out);
        }
        Path deltaFolder = Files.createDirectory(folder.resolve(DELTAS));
        for (int round = 0; round < deltas.rounds(); round++) {
            ListDelta delta = issuer.next(cards.changes(round, deltas.rounds(), deltas.changes()));
            Files.write(deltaFolder.resolve(Integer.toString(round)), delta.bytes());
        }
    }

    @Override
    public Opened open(Path folder, Cards cards, Consumer<String> passed) throws IOException {
        return openList(folder, passed);
    }

    static OpenList openList(Path folder, Consumer<String> passed) throws IOException {
        try {
            PublicKey key = KeyFactory.getInstance("Ed25519")
                    .generatePublic(new X509EncodedKeySpec(Files.readAllBytes(folder.resolve(PUBLIC_KEY))));
            passed.accept("key");
            CountingDisk disk = new CountingDisk(new FolderDisk(folder));
            StoredList stored = new ListStore(disk, BenchIssuer.LIST, new OneSigner(key), BenchIssuer.secret())
                    .open()
                    .orElseThrow(() -> new IOException("no list in " + folder));
            return new OpenList(folder.resolve(DELTAS), key, disk, stored);
        } catch (GeneralSecurityException | ListRefusedException e) {
            throw new IOException("cannot open the sealed list: " + e.getMessage(), e);
        }
    }

    /** Open for deltas, and for the two halves of a look-up. */
    static final class OpenList implements Opened {
        private final Path deltas;
        private final PublicKey signer;
        private final CountingDisk disk;
        private final StoredList stored;
        private SealedList list;

        private OpenList(Path deltas, PublicKey signer, CountingDisk disk, StoredList stored) {
            this.deltas = deltas;
            this.signer = signer;
            this.disk = disk;
            this.stored = stored;
            this.list = stored.list();
        }

        SealedList list() {
            return list;
        }

        @Override
        public boolean lists(CardNumber card) {
            return list.statusOf(card).orElseThrow(() -> new IllegalStateException("a bucket of the list is damaged"))
                    != CardStatus.VALID;
        }

        /** The scrub, which a gate does in the background: a bucket's first touch is not what a look-up costs. */
        @Override
        public void settle() {
            if (stored.scrub(Integer.MAX_VALUE) != 0) {
                throw new IllegalStateException("the scrub has not come round");
            }
        }

        /** As a gate does it: parses the message, proves its head, the touched buckets and the new root, and stores it. */
        @Override
        public Applied apply(int round, Cards.Changes changes) throws IOException {
            byte[] message = Files.readAllBytes(deltas.resolve(Integer.toString(round)));
            int before = disk.forces();
            try {
                ListDelta delta = ListDelta.parse(message);
                if (!ListHead.isSignedBy(signer, delta.headBytes())) {
                    throw new IOException("the delta's head is not signed");
                }
                StoredList.Applied applied = stored.apply(delta);
                if (applied.notStored().isPresent()) {
                    throw new IOException(applied.notStored().get());
                }
                list = applied.list();
            } catch (MalformedListException | ListRefusedException e) {
                throw new IOException("the delta is refused: " + e.getMessage(), e);
            }
            return new Applied(OptionalInt.of(disk.forces() - before));
        }

        @Override
        public void close() throws IOException {
            stored.close();
        }
    }

    /** List and log; not what only the bench needs. */
    @Override
    public long bytesOnDisk(Path folder) throws IOException {
        long bytes = 0;
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(each -> each.getFileName().toString().startsWith(BenchIssuer.LIST + "."))
                    .toList()) {
                bytes += Files.size(file);
            }
        }
        return bytes;
    }

    @Override
    public OptionalLong messageBytes(Path folder) throws IOException {
        return OptionalLong.of(Files.size(folder.resolve(DELTAS).resolve("0")));
    }

    @Override
    public long heapBytes(Cards cards) {
        return HEAP_BYTES;
    }
}
