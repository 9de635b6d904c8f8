package portvakt.server.adapter.keys;

import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import portvakt.protocol.pass.Pass;
import portvakt.protocol.pass.PassCode;
import portvakt.protocol.pass.PassRefusedException;
import portvakt.protocol.sign.KeyId;
import portvakt.protocol.sign.Trust;
import portvakt.server.port.KeyTrust;
import portvakt.server.port.PassKeys;

/**
 * The keys by which a server runs: the pair that signs, the lists' secrets, and the trust file. Read once, at the start; a trust
 * file that a command replaced meanwhile counts from the next start. Reads no private root key. Immutable but for secrets that are
 * made when a list is first asked for.
 */
public final class ServerKeys implements KeyTrust, PassKeys {

    private final SigningKeys signingKeys;
    private final TrustFolder.Content content;
    private final KeyPair pair;
    private final List<Path> rootKeysHere;

    private ServerKeys(SigningKeys signingKeys, TrustFolder.Content content, KeyPair pair, List<Path> rootKeysHere) {
        this.signingKeys = signingKeys;
        this.content = content;
        this.pair = pair;
        this.rootKeysHere = List.copyOf(rootKeysHere);
    }

    /**
     * Opens the keys in the data folder, or makes them at the first start: a root key, a signing key, and the first trust file.
     *
     * @param list the register's list
     * @throws IOException if something is damaged or incomplete; the message names it and the remedy
     */
    public static ServerKeys openOrCreate(Path dataFolder, String list, Instant now) throws IOException {
        SigningKeys signingKeys = signingKeys(dataFolder, list);
        TrustFolder folder = new TrustFolder(dataFolder);
        if (folder.isNew()) {
            folder.createWithOwnRoot(firstPair(signingKeys).getPublic(), now);
        }
        TrustFolder.Content content = folder.read();
        Trust.Key active = TrustFolder.active(content.trust())
                .orElseThrow(() -> new IOException(
                        "the trust file in " + dataFolder + " names no key that signs everything. Run: trust rotate"));
        return new ServerKeys(signingKeys, content, signingKeys.pair(active.id()), folder.rootKeysHere());
    }

    static SigningKeys signingKeys(Path dataFolder, String list) throws IOException {
        SigningKeys signingKeys = SigningKeys.open(dataFolder.resolve("list-keys"), list);
        signingKeys.secret(list);
        return signingKeys;
    }

    /** One that an older server or a start that was cut off has left, or a new one. */
    static KeyPair firstPair(SigningKeys signingKeys) throws IOException {
        List<KeyId> ids = signingKeys.ids();
        return ids.isEmpty() ? signingKeys.create() : signingKeys.pair(ids.getFirst());
    }

    /** The pair that signs heads and documents. */
    public KeyPair pair() {
        return pair;
    }

    /** The list's secret, made at the first asking. */
    public byte[] secret(String list) throws IOException {
        return signingKeys.secret(list);
    }

    /** The epoch in which the list's heads have to be. */
    public int epochOf(String list) {
        return content.trust().epochOf(list);
    }

    /** The trust file as gates get it. */
    public byte[] trustFile() {
        return content.file().clone();
    }

    /** The public root keys, PEM. */
    public String rootsPem() {
        return TrustFolder.pem(content.roots());
    }

    public int rootThreshold() {
        return content.roots().threshold();
    }

    /** What somebody should do about private root keys on this machine. */
    public Optional<String> advice() {
        return rootKeysHere.isEmpty()
                ? Optional.empty()
                : Optional.of("Whoever breaks into this machine finds "
                        + (rootKeysHere.size() == 1 ? "the root key " : "root keys ")
                        + String.join(
                                ", ", rootKeysHere.stream().map(Path::toString).toList())
                        + " and can make every gate believe a key of their own. Move it to a medium that lies in a safe; the"
                        + " server works without it, and only \"trust rotate\" and \"trust raise-epoch\" ask for it.");
    }

    /** By the key that signs lists and documents: a pass is a document of its site. */
    @Override
    public PassCode sign(Pass pass) {
        return PassCode.issue(pass, pair.getPrivate(), KeyId.of(pair.getPublic()));
    }

    @Override
    public Optional<Pass> prove(PassCode code) {
        Optional<Trust.Key> key = content.trust().key(code.keyId()).filter(Trust.Key::documents);
        if (key.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(code.prove(key.get().publicKey()));
        } catch (PassRefusedException e) {
            return Optional.empty();
        }
    }

    @Override
    public State state() {
        Trust trust = content.trust();
        return new State(
                trust.version(),
                trust.issuedAt(),
                content.roots().keys().stream()
                        .map(root -> new Root(KeyId.of(root).hex()))
                        .toList(),
                content.roots().threshold(),
                KeyId.of(pair.getPublic()).hex(),
                trust.keys().stream()
                        .map(key -> new Key(key.id().hex(), key.lists(), key.documents(), key.retired()))
                        .toList(),
                new TreeMap<>(trust.epochs())
                        .entrySet().stream()
                                .map(each -> new Epoch(each.getKey(), each.getValue()))
                                .toList(),
                !rootKeysHere.isEmpty(),
                advice());
    }
}
