package portvakt.protocol.sign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import portvakt.protocol.Vectors;
import portvakt.protocol.v1.ListEpoch;
import portvakt.protocol.v1.RootSignature;
import portvakt.protocol.v1.TrustContent;
import portvakt.protocol.v1.TrustFile;
import portvakt.protocol.v1.TrustedKey;

/** A trust file counts when enough different root keys have signed it and every word of it is understood. */
class TrustFilesTest {

    private static final Instant NOW = Instant.parse("2026-03-02T07:00:00Z");
    private static final KeyPair VECTOR_ROOT = new KeyPair(Vectors.publicKey(), Vectors.privateKey());

    private final KeyPair first = pair();
    private final KeyPair second = pair();
    private final KeyPair third = pair();
    private final KeyPair signer = pair();

    private static KeyPair pair() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static RootKeys roots(int threshold, KeyPair... pairs) {
        return new RootKeys(List.of(pairs).stream().map(KeyPair::getPublic).toList(), threshold);
    }

    private Trust trust() {
        return new Trust(
                7,
                NOW,
                List.of(
                        Trust.Key.of(signer.getPublic(), List.of("*"), true),
                        Trust.Key.of(second.getPublic(), List.of("hms-kort", "site-oslo"), false)
                                .asRetired()),
                Map.of("hms-kort", 2, "site-oslo", 5));
    }

    private static byte[] signed(TrustContent content, KeyPair root) {
        return signed(content.toByteArray(), root);
    }

    /** A file as no honest signer makes it. */
    static byte[] signed(byte[] content, KeyPair root) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(root.getPrivate());
            signature.update(new byte[] {'P', 'V', 'R', '1'});
            signature.update(content);
            return TrustFile.newBuilder()
                    .setContent(ByteString.copyFrom(content))
                    .addSignatures(RootSignature.newBuilder()
                            .setKeyId(ByteString.copyFrom(
                                    KeyId.of(root.getPublic()).bytes()))
                            .setSignature(ByteString.copyFrom(signature.sign())))
                    .build()
                    .toByteArray();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void thePinnedVector() throws Exception {
        Trust trust = new Trust(
                3,
                NOW,
                List.of(Trust.Key.of(Vectors.publicKey(), List.of("hms-kort", "site-oslo"), true)),
                Map.of("hms-kort", 2));
        byte[] file = TrustFiles.sign(trust, List.of(VECTOR_ROOT));
        assertThat(HexFormat.of().formatHex(file))
                .isEqualTo(Vectors.of("trust-file.txt").getFirst()[0]);
        assertThat(TrustFiles.prove(file, roots(1, VECTOR_ROOT))).isEqualTo(trust);
    }

    @Test
    void whatWasSignedIsReadBack() throws Exception {
        Trust read = TrustFiles.prove(TrustFiles.sign(trust(), List.of(first)), roots(1, first));
        assertThat(read).isEqualTo(trust());
        assertThat(read.epochOf("hms-kort")).isEqualTo(2);
        assertThat(read.epochOf("another")).isEqualTo(1);
        Trust.Key retired = read.key(KeyId.of(second.getPublic())).orElseThrow();
        assertThat(retired.retired()).isTrue();
        assertThat(retired.signsList("hms-kort")).isTrue();
        assertThat(retired.signsList("another")).isFalse();
        assertThat(read.key(KeyId.of(signer.getPublic())).orElseThrow().signsList("another"))
                .isTrue();
    }

    @Test
    void twoOfThreeAreTwoDifferentOnes() throws Exception {
        RootKeys twoOfThree = roots(2, first, second, third);
        assertThat(TrustFiles.prove(TrustFiles.sign(trust(), List.of(third, first)), twoOfThree))
                .isEqualTo(trust());
        for (List<KeyPair> tooFew :
                List.of(List.<KeyPair>of(), List.of(first), List.of(first, first), List.of(first, pair()))) {
            assertThatThrownBy(() -> TrustFiles.prove(TrustFiles.sign(trust(), tooFew), twoOfThree))
                    .isInstanceOf(UnprovedTrustException.class)
                    .hasMessageContaining("2 must");
        }
    }

    @Test
    void noChangedBitOfContentOrSignatureProves() {
        byte[] file = TrustFiles.sign(trust(), List.of(first));
        for (int bit = 0; bit < file.length * 8; bit++) {
            byte[] flipped = file.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> TrustFiles.prove(flipped, roots(1, first)))
                    .as("bit %d", bit)
                    .isInstanceOfAny(UnprovedTrustException.class, MalformedTrustException.class);
        }
    }

    @Test
    void whatIsSignedButNotUnderstoodIsRefused() {
        assertMalformed(
                "no use", content -> content.getKeysBuilder(0).clearLists().setDocuments(false));
        assertMalformed(
                "a use that this program does not know",
                content -> content.getKeysBuilder(0).setUnknownFields(unknown()));
        assertMalformed("does not know", content -> content.setUnknownFields(unknown()));
        assertMalformed("does not know", content -> content.getEpochsBuilder(0).setUnknownFields(unknown()));
        assertMalformed("name is none", content -> content.getKeysBuilder(0).addLists("#"));
        assertMalformed("name is none", content -> content.getEpochsBuilder(0).setList("a/b"));
        assertMalformed("two keys", content -> content.addKeys(content.getKeys(0)));
        assertMalformed("two epochs", content -> content.addEpochs(content.getEpochs(0)));
        assertMalformed("in no epoch", content -> content.getEpochsBuilder(0).setEpoch(0));
        assertMalformed("in no epoch", content -> content.getEpochsBuilder(0).setEpoch(-1));
        assertMalformed("the first is 1", TrustContent.Builder::clearVersion);
        assertMalformed("the first is 1", content -> content.setVersion(-1));
        assertMalformed(
                "no Ed25519 key", content -> content.getKeysBuilder(0).setPublicKey(ByteString.copyFrom(new byte[44])));
        assertMalformed(
                "at most 32",
                content -> IntStream.range(0, TrustFiles.KEYS_MAX)
                        .forEach(_ -> content.addKeys(TrustedKey.newBuilder()
                                .setPublicKey(
                                        ByteString.copyFrom(pair().getPublic().getEncoded()))
                                .setDocuments(true))));
        assertMalformed(
                "1001 epochs",
                content -> IntStream.range(0, TrustFiles.LISTS_MAX)
                        .forEach(list -> content.addEpochs(
                                ListEpoch.newBuilder().setList("l" + list).setEpoch(1))));
        assertMalformed(
                "more than 1000 lists",
                content -> IntStream.range(0, TrustFiles.LISTS_MAX)
                        .forEach(list -> content.getKeysBuilder(0).addLists("l" + list)));
    }

    private static UnknownFieldSet unknown() {
        return UnknownFieldSet.newBuilder()
                .addField(99, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                .build();
    }

    private void assertMalformed(String cause, Consumer<TrustContent.Builder> change) {
        TrustContent.Builder content = TrustContent.newBuilder()
                .setVersion(1)
                .addKeys(TrustedKey.newBuilder()
                        .setPublicKey(ByteString.copyFrom(signer.getPublic().getEncoded()))
                        .addLists("hms-kort"))
                .addEpochs(ListEpoch.newBuilder().setList("hms-kort").setEpoch(1));
        change.accept(content);
        assertThatThrownBy(() -> TrustFiles.prove(signed(content.build(), first), roots(1, first)))
                .isInstanceOf(MalformedTrustException.class)
                .hasMessageContaining(cause);
    }

    @Test
    void otherBytesAreNoTrustFile() throws Exception {
        assertThatThrownBy(() -> TrustFiles.prove(new byte[] {(byte) 0xff, 1, 2}, roots(1, first)))
                .isInstanceOf(MalformedTrustException.class);
        assertThatThrownBy(() -> TrustFiles.prove(new byte[0], roots(1, first)))
                .isInstanceOf(UnprovedTrustException.class);
        assertThatThrownBy(() -> TrustFiles.prove(signed(new byte[] {(byte) 0xff, 1}, first), roots(1, first)))
                .isInstanceOf(MalformedTrustException.class);
        byte[] long65 = signed(new byte[TrustFiles.SIZE_BYTES_MAX], first);
        assertThatThrownBy(() -> TrustFiles.prove(long65, roots(1, first)))
                .isInstanceOf(MalformedTrustException.class)
                .hasMessageContaining("at most 65536");
        TrustFile.Builder many = TrustFile.parseFrom(TrustFiles.sign(trust(), List.of(first))).toBuilder();
        IntStream.range(0, RootKeys.KEYS_MAX).forEach(_ -> many.addSignatures(many.getSignatures(0)));
        assertThatThrownBy(() -> TrustFiles.prove(many.build().toByteArray(), roots(1, first)))
                .isInstanceOf(MalformedTrustException.class)
                .hasMessageContaining("17 signatures");
    }

    @Test
    void nothingIsSignedThatAGateWouldRefuse() {
        Trust useless = new Trust(1, NOW, List.of(Trust.Key.of(signer.getPublic(), List.of(), false)), Map.of());
        assertThatThrownBy(() -> TrustFiles.sign(useless, List.of(first)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no use");
    }

    @Test
    void whatIsAtALimitCounts() throws Exception {
        List<String> lists = IntStream.range(0, TrustFiles.LISTS_MAX)
                .mapToObj(number -> "list-" + number)
                .toList();
        List<Trust.Key> keys = IntStream.range(0, TrustFiles.KEYS_MAX)
                .mapToObj(number -> Trust.Key.of(pair().getPublic(), number == 0 ? lists : List.of("*"), false))
                .toList();
        Map<String, Integer> epochs = lists.stream().collect(Collectors.toMap(list -> list, _ -> 1));
        KeyPair[] all =
                IntStream.range(0, RootKeys.KEYS_MAX).mapToObj(_ -> pair()).toArray(KeyPair[]::new);
        byte[] file = TrustFiles.sign(new Trust(1, NOW, keys, epochs), List.of(all));
        Trust proved = TrustFiles.prove(file, roots(RootKeys.KEYS_MAX, all));
        assertThat(proved.keys()).hasSize(TrustFiles.KEYS_MAX);
        assertThat(proved.epochs()).hasSize(TrustFiles.LISTS_MAX);
    }

    /** With a field that only later versions know: outside of what is signed such a one is passed over. */
    private static byte[] padded(byte[] file, int length) throws InvalidProtocolBufferException {
        int header = 5;
        byte[] padding = new byte[length - file.length - header];
        byte[] padded = TrustFile.parseFrom(file).toBuilder()
                .setUnknownFields(UnknownFieldSet.newBuilder()
                        .addField(
                                1_000,
                                UnknownFieldSet.Field.newBuilder()
                                        .addLengthDelimited(ByteString.copyFrom(padding))
                                        .build())
                        .build())
                .build()
                .toByteArray();
        assertThat(padded).hasSize(length);
        return padded;
    }

    @Test
    void aFileOfTheMostBytesIsRead() throws Exception {
        byte[] file = TrustFiles.sign(trust(), List.of(first));
        assertThat(TrustFiles.prove(padded(file, TrustFiles.SIZE_BYTES_MAX), roots(1, first)))
                .isEqualTo(trust());
        byte[] larger = padded(file, TrustFiles.SIZE_BYTES_MAX + 1);
        assertThatThrownBy(() -> TrustFiles.prove(larger, roots(1, first)))
                .isInstanceOf(MalformedTrustException.class)
                .hasMessageContaining("at most");
    }

    @Test
    void moreBytesThanAGateReadsAreNotSigned() {
        List<String> lists = IntStream.range(0, TrustFiles.LISTS_MAX)
                .mapToObj(number -> "a-list-with-a-long-name-%05d".formatted(number))
                .toList();
        Trust large = new Trust(
                1,
                NOW,
                List.of(
                        Trust.Key.of(signer.getPublic(), lists, false),
                        Trust.Key.of(second.getPublic(), lists, false),
                        Trust.Key.of(third.getPublic(), lists, false)),
                Map.of());
        assertThatThrownBy(() -> TrustFiles.sign(large, List.of(first)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at most " + TrustFiles.SIZE_BYTES_MAX + " are read");
    }

    @Test
    void rootKeysAreDifferentAndTheThresholdCanBeMet() {
        assertThatThrownBy(() -> roots(1)).hasMessageContaining("0 root keys");
        KeyPair[] many = IntStream.rangeClosed(0, RootKeys.KEYS_MAX)
                .mapToObj(_ -> pair())
                .toArray(KeyPair[]::new);
        assertThatThrownBy(() -> roots(1, many)).hasMessageContaining("17 root keys");
        assertThatThrownBy(() -> roots(1, first, first)).hasMessageContaining("twice");
        assertThatThrownBy(() -> roots(0, first)).hasMessageContaining("threshold 0");
        assertThatThrownBy(() -> roots(2, first)).hasMessageContaining("threshold 2");
    }

    @Test
    void keysAreTextAndBack() throws Exception {
        assertThat(Pem.privateKey(Pem.of(first.getPrivate()))).isEqualTo(first.getPrivate());
        assertThat(Pem.publicKeys(Pem.of(first.getPublic()) + "\n" + Pem.of(second.getPublic())))
                .containsExactly(first.getPublic(), second.getPublic());
        for (String wrong : List.of("", "nonsense", Pem.of(first.getPrivate()).replace("PRIVATE", "PUBLIC"))) {
            assertThatThrownBy(() -> Pem.publicKeys(wrong)).isInstanceOf(GeneralSecurityException.class);
            assertThatThrownBy(() -> Pem.privateKey(wrong)).isInstanceOf(GeneralSecurityException.class);
        }
        assertThatThrownBy(() -> Pem.publicKeys(Pem.of(
                        KeyPairGenerator.getInstance("EC").generateKeyPair().getPublic())))
                .isInstanceOf(GeneralSecurityException.class);
    }
}
