package portvakt.protocol.sign;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.Signature;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import portvakt.protocol.Topics;
import portvakt.protocol.v1.ListEpoch;
import portvakt.protocol.v1.RootSignature;
import portvakt.protocol.v1.TrustContent;
import portvakt.protocol.v1.TrustFile;
import portvakt.protocol.v1.TrustedKey;

/**
 * Signs and proves trust files. Each root key signs, with Ed25519, {@code "PVR1" | content}; a file counts when as many
 * different root keys have signed it as the threshold says.
 *
 * <p>The content is read only after that, and strictly: whatever is not understood could be a limit to a key's use, and a reader
 * that passes over it would trust too much. So a file with an unknown field, a key without a use, or a list's name that is none
 * is refused as a whole.
 */
public final class TrustFiles {

    /** Largest trust file, bytes. */
    public static final int SIZE_BYTES_MAX = 64 * 1024;

    /** Most keys in one file, retired ones too. */
    public static final int KEYS_MAX = 32;

    /** Most lists that one key, or the epochs, may name. */
    public static final int LISTS_MAX = 1_000;

    private static final byte[] MARK = {'P', 'V', 'R', '1'};

    private TrustFiles() {}

    /**
     * @param roots those that sign
     * @return the file's bytes
     * @throws IllegalArgumentException if a gate would refuse the content
     */
    public static byte[] sign(Trust trust, List<KeyPair> roots) {
        byte[] content = content(trust).toByteArray();
        TrustFile.Builder file = TrustFile.newBuilder().setContent(ByteString.copyFrom(content));
        try {
            for (KeyPair root : roots) {
                Signature signature = Signature.getInstance("Ed25519");
                signature.initSign(root.getPrivate());
                signature.update(MARK);
                signature.update(content);
                file.addSignatures(RootSignature.newBuilder()
                        .setKeyId(ByteString.copyFrom(KeyId.of(root.getPublic()).bytes()))
                        .setSignature(ByteString.copyFrom(signature.sign())));
            }
            byte[] bytes = file.build().toByteArray();
            checkSize(bytes);
            parse(content);
            return bytes;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot sign the trust file", e);
        } catch (MalformedTrustException e) {
            throw new IllegalArgumentException("no gate would take this trust file: " + e.getMessage(), e);
        }
    }

    /**
     * @throws UnprovedTrustException  if fewer root keys than the threshold have signed it
     * @throws MalformedTrustException if it is no trust file, or its content must not be used
     */
    public static Trust prove(byte[] bytes, RootKeys roots) throws UnprovedTrustException, MalformedTrustException {
        checkSize(bytes);
        TrustFile file;
        try {
            file = TrustFile.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new MalformedTrustException("no trust file: " + e.getMessage());
        }
        check(
                file.getSignaturesCount() <= RootKeys.KEYS_MAX,
                file.getSignaturesCount() + " signatures, at most " + RootKeys.KEYS_MAX + " are looked at");
        long signed =
                roots.keys().stream().filter(root -> isSignedBy(root, file)).count();
        if (signed < roots.threshold()) {
            throw new UnprovedTrustException("signed by " + signed + " of the "
                    + roots.keys().size() + " root keys that count here, " + roots.threshold() + " must");
        }
        return parse(file.getContent().toByteArray());
    }

    private static void checkSize(byte[] bytes) throws MalformedTrustException {
        check(bytes.length <= SIZE_BYTES_MAX, bytes.length + " bytes, at most " + SIZE_BYTES_MAX + " are read");
    }

    private static boolean isSignedBy(PublicKey root, TrustFile file) {
        ByteString id = ByteString.copyFrom(KeyId.of(root).bytes());
        return file.getSignaturesList().stream()
                .filter(signature -> signature.getKeyId().equals(id))
                .anyMatch(signature -> isGood(root, file.getContent(), signature));
    }

    private static boolean isGood(PublicKey root, ByteString content, RootSignature given) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initVerify(root);
            signature.update(MARK);
            signature.update(content.toByteArray());
            return signature.verify(given.getSignature().toByteArray());
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static Trust parse(byte[] bytes) throws MalformedTrustException {
        TrustContent content;
        try {
            content = TrustContent.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new MalformedTrustException("its content is none: " + e.getMessage());
        }
        check(content.getUnknownFields().asMap().isEmpty(), "it says something that this program does not know");
        check(content.getVersion() > 0, "version " + content.getVersion() + "; the first is 1");
        check(content.getKeysCount() <= KEYS_MAX, content.getKeysCount() + " keys, at most " + KEYS_MAX);
        List<Trust.Key> keys = new ArrayList<>();
        Set<KeyId> ids = new HashSet<>();
        for (TrustedKey each : content.getKeysList()) {
            Trust.Key key = key(each);
            check(ids.add(key.id()), "two keys with the id " + key.id().hex());
            keys.add(key);
        }
        check(content.getEpochsCount() <= LISTS_MAX, content.getEpochsCount() + " epochs, at most " + LISTS_MAX);
        Map<String, Integer> epochs = new TreeMap<>();
        for (ListEpoch each : content.getEpochsList()) {
            check(each.getUnknownFields().asMap().isEmpty(), "an epoch says something that this program does not know");
            check(Topics.isName(each.getList()), "an epoch for a list whose name is none");
            check(each.getEpoch() >= Trust.FIRST_EPOCH, "list " + each.getList() + " in no epoch");
            check(epochs.put(each.getList(), each.getEpoch()) == null, "two epochs for list " + each.getList());
        }
        return new Trust(content.getVersion(), Instant.ofEpochMilli(content.getIssuedAtMs()), keys, epochs);
    }

    private static Trust.Key key(TrustedKey each) throws MalformedTrustException {
        PublicKey key;
        try {
            key = Pem.publicKey(each.getPublicKey().toByteArray());
        } catch (GeneralSecurityException e) {
            throw new MalformedTrustException("a key that is no Ed25519 key");
        }
        KeyId id = KeyId.of(key);
        check(
                each.getUnknownFields().asMap().isEmpty(),
                "key " + id.hex() + " has a use that this program does not know");
        check(each.getListsCount() <= LISTS_MAX, "key " + id.hex() + " names more than " + LISTS_MAX + " lists");
        check(each.getListsCount() > 0 || each.getDocuments(), "key " + id.hex() + " has no use");
        for (String list : each.getListsList()) {
            check(
                    list.equals(Trust.EVERY_LIST) || Topics.isName(list),
                    "key " + id.hex() + " is for a list whose name is none");
        }
        return new Trust.Key(key, id, each.getListsList(), each.getDocuments(), each.getRetired());
    }

    private static void check(boolean holds, String otherwise) throws MalformedTrustException {
        if (!holds) {
            throw new MalformedTrustException(otherwise);
        }
    }

    private static TrustContent content(Trust trust) {
        TrustContent.Builder content = TrustContent.newBuilder()
                .setVersion(trust.version())
                .setIssuedAtMs(trust.issuedAt().toEpochMilli());
        for (Trust.Key key : trust.keys()) {
            content.addKeys(TrustedKey.newBuilder()
                    .setPublicKey(ByteString.copyFrom(key.publicKey().getEncoded()))
                    .addAllLists(key.lists())
                    .setDocuments(key.documents())
                    .setRetired(key.retired()));
        }
        new TreeMap<>(trust.epochs())
                .forEach((list, epoch) ->
                        content.addEpochs(ListEpoch.newBuilder().setList(list).setEpoch(epoch)));
        return content.build();
    }
}
