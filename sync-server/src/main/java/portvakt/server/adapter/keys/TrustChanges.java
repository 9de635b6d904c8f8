package portvakt.server.adapter.keys;

import java.io.IOException;
import java.nio.file.Path;
import java.security.PublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import portvakt.protocol.Topics;
import portvakt.protocol.sign.KeyId;
import portvakt.protocol.sign.RootKeys;
import portvakt.protocol.sign.Trust;

/**
 * What an operator does to the trust file, beside the server, running or not: each makes a new file, proves it as gates will, and
 * puts it in place at once or not at all. The server goes by it from its next start.
 */
public final class TrustChanges {

    /** Retired keys that stay in the file, the newest ones. A gate that was off for longer fetches its list anew. */
    static final int RETIRED_MAX = 8;

    private final Path dataFolder;
    private final String list;
    private final TrustFolder folder;

    /** @param list the register's */
    public TrustChanges(Path dataFolder, String list) {
        this.dataFolder = dataFolder;
        this.list = list;
        this.folder = new TrustFolder(dataFolder);
    }

    /** What was done. @param signingKey id of the key that signs from now on */
    public record Done(long version, KeyId signingKey, Map<String, Integer> epochs) {}

    /** One change. */
    private interface Change {
        Trust of(Trust before, PublicKey newKey) throws IOException;
    }

    /** Makes the first trust file by root keys that were made elsewhere, before the server's first start. */
    public Done init(List<Path> rootPublicFiles, int threshold, List<Path> roots, Instant now) throws IOException {
        try (AutoCloseable _ = folder.lock()) {
            if (!folder.isNew()) {
                throw new IOException(
                        dataFolder + ": has root keys already, which its gates were given. Other ones need an"
                                + " empty data folder, and every gate provisioned anew.");
            }
            List<PublicKey> publicKeys = new ArrayList<>();
            for (Path file : rootPublicFiles) {
                publicKeys.addAll(RootKeyFiles.publicKeys(file));
            }
            RootKeys pinned;
            try {
                pinned = new RootKeys(publicKeys, threshold);
            } catch (IllegalArgumentException e) {
                throw new IOException(e.getMessage(), e);
            }
            // Proved before a key is made: a slip of the hand leaves nothing behind.
            folder.signed(pinned, new Trust(1, now, List.of(), Map.of()), roots);
            PublicKey signing = ServerKeys.firstPair(ServerKeys.signingKeys(dataFolder, list))
                    .getPublic();
            return done(folder.create(pinned, roots, signing, now));
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** A new signing key; the one before retires: what it signed goes on proving, and it signs nothing new. */
    public Done rotate(List<Path> roots, Instant now) throws IOException {
        return change(roots, (before, newKey) -> {
            List<Trust.Key> keys = new ArrayList<>();
            for (Trust.Key key : before.keys()) {
                keys.add(key.retired() ? key : key.asRetired());
            }
            return next(before, keys, newKey, before.epochs(), now);
        });
    }

    /**
     * After a key was stolen: a new signing key, the stolen one removed as if it had never been, and the lists' epochs raised, so that no
     * version that the thief signed counts any more, however high.
     *
     * @param lists  none: every list of this server, since the stolen key could sign them all
     * @param stolen empty: the key that signs now
     */
    public Done raiseEpoch(Collection<String> lists, Optional<KeyId> stolen, List<Path> roots, Instant now)
            throws IOException {
        Collection<String> raised = lists.isEmpty() ? signingKeys().lists() : lists;
        raised.forEach(Topics::name);
        return change(roots, (before, newKey) -> {
            KeyId gone = stolen.or(() -> TrustFolder.active(before).map(Trust.Key::id))
                    .orElseThrow(() -> new IOException("no key signs now; name the stolen one: --key ID"));
            if (before.key(gone).isEmpty()) {
                throw new IOException("the trust file has no key " + gone.hex() + "; \"trust show\" names them");
            }
            List<Trust.Key> keys = new ArrayList<>();
            for (Trust.Key key : before.keys()) {
                if (!key.id().equals(gone)) {
                    keys.add(key.retired() ? key : key.asRetired());
                }
            }
            Map<String, Integer> epochs = new TreeMap<>(before.epochs());
            for (String each : raised) {
                epochs.put(each, Math.addExact(before.epochOf(each), 1));
            }
            return next(before, keys, newKey, epochs, now);
        });
    }

    private static Trust next(
            Trust before, List<Trust.Key> kept, PublicKey newKey, Map<String, Integer> epochs, Instant now) {
        List<Trust.Key> keys = new ArrayList<>(kept.subList(Math.max(0, kept.size() - RETIRED_MAX), kept.size()));
        keys.add(TrustFolder.signing(newKey));
        return new Trust(before.version() + 1, now, keys, epochs);
    }

    private Done change(List<Path> roots, Change change) throws IOException {
        try (AutoCloseable _ = folder.lock()) {
            TrustFolder.Content before = folder.read();
            List<Path> signers = roots.isEmpty() ? folder.rootKeysHere() : roots;
            if (signers.isEmpty()) {
                throw new IOException("no root key lies on this machine: name the files of "
                        + before.roots().threshold() + " private root keys, --root FILE each");
            }
            SigningKeys keys = signingKeys();
            PublicKey newKey = keys.create().getPublic();
            TrustFolder.Content after;
            try {
                after = folder.signed(before.roots(), change.of(before.trust(), newKey), signers);
            } catch (IOException | RuntimeException e) {
                keys.remove(KeyId.of(newKey));
                throw e;
            }
            folder.replace(after);
            for (KeyId each : keys.ids()) {
                if (!each.equals(KeyId.of(newKey))) {
                    keys.remove(each);
                }
            }
            return done(after);
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private SigningKeys signingKeys() throws IOException {
        return ServerKeys.signingKeys(dataFolder, list);
    }

    private static Done done(TrustFolder.Content content) {
        return new Done(
                content.trust().version(),
                TrustFolder.active(content.trust()).orElseThrow().id(),
                content.trust().epochs());
    }
}
