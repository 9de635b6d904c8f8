package portvakt.server.adapter.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import portvakt.protocol.pass.HolderKind;
import portvakt.protocol.pass.Pass;
import portvakt.protocol.pass.PassCode;
import portvakt.protocol.pass.PassNumber;
import portvakt.protocol.sign.KeyId;
import portvakt.protocol.sign.Pem;
import portvakt.protocol.sign.RootKeys;
import portvakt.protocol.sign.Trust;
import portvakt.protocol.sign.TrustFiles;

/** Keys are made once, changed by who has the root keys, and never lost or changed half. */
class ServerKeysTest {

    private static final String LIST = "hms-kort";
    private static final Instant NOW = Instant.parse("2026-03-02T07:00:00Z");
    private static final Instant LATER = NOW.plusSeconds(60);

    @TempDir
    Path folder;

    private ServerKeys open() throws IOException {
        return ServerKeys.openOrCreate(folder, LIST, NOW);
    }

    private TrustChanges changes() {
        return new TrustChanges(folder, LIST);
    }

    private static Trust proved(ServerKeys keys) throws Exception {
        return TrustFiles.prove(keys.trustFile(), new RootKeys(Pem.publicKeys(keys.rootsPem()), keys.rootThreshold()));
    }

    private static KeyId signing(ServerKeys keys) {
        return KeyId.of(keys.pair().getPublic());
    }

    private Path rootKey() throws IOException {
        return RootKeyFiles.in(folder.resolve("root-keys")).getFirst();
    }

    private Map<String, String> files() throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                files.put(folder.relativize(file).toString(), HexFormat.of().formatHex(Files.readAllBytes(file)));
            }
        }
        return files;
    }

    @Test
    void theFirstStartMakesAllOfItForTheOwnerOnly() throws Exception {
        ServerKeys keys = open();
        Trust trust = proved(keys);
        assertThat(trust.version()).isEqualTo(1);
        assertThat(trust.keys()).hasSize(1);
        assertThat(trust.keys().getFirst().id()).isEqualTo(signing(keys));
        assertThat(trust.keys().getFirst().signsList("any")).isTrue();
        assertThat(trust.keys().getFirst().documents()).isTrue();
        assertThat(keys.epochOf(LIST)).isEqualTo(1);
        for (Path file : List.of(
                rootKey(),
                folder.resolve("list-keys/signing-" + signing(keys).hex() + ".key"),
                folder.resolve("list-keys/hms-kort.secret"))) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .as("%s", file)
                    .isEqualTo("rw-------");
        }
        Map<String, String> made = files();
        assertThat(open().trustFile()).isEqualTo(keys.trustFile());
        assertThat(files()).isEqualTo(made);
    }

    @Test
    void theServerWorksWithoutTheRootKeyAndSaysSoWhileItIsThere() throws Exception {
        assertThat(open().advice())
                .hasValueSatisfying(advice -> assertThat(advice).contains("safe"));
        assertThat(open().state().rootKeysOnline()).isTrue();
        Files.move(rootKey(), folder.resolve("away.key"));
        ServerKeys keys = open();
        assertThat(keys.advice()).isEmpty();
        assertThat(keys.state().rootKeysOnline()).isFalse();
        assertThatThrownBy(() -> changes().rotate(List.of(), LATER)).hasMessageContaining("--root");
        assertThat(changes().rotate(List.of(folder.resolve("away.key")), LATER).version())
                .isEqualTo(2);
    }

    @Test
    void aKeyThatIsRotatedRetiresAndItsPrivateHalfIsGone() throws Exception {
        ServerKeys before = open();
        TrustChanges.Done done = changes().rotate(List.of(), LATER);
        ServerKeys after = open();
        assertThat(done.version()).isEqualTo(2);
        assertThat(signing(after)).isEqualTo(done.signingKey()).isNotEqualTo(signing(before));
        Trust trust = proved(after);
        assertThat(trust.issuedAt()).isEqualTo(LATER);
        assertThat(trust.key(signing(before)).orElseThrow().retired()).isTrue();
        assertThat(trust.key(signing(after)).orElseThrow().retired()).isFalse();
        assertThat(trust.epochs()).isEmpty();
        assertThat(after.secret(LIST)).isEqualTo(before.secret(LIST));
        assertThat(folder.resolve("list-keys/signing-" + signing(before).hex() + ".key"))
                .doesNotExist();
        for (int i = 0; i < 40; i++) {
            changes().rotate(List.of(), LATER);
        }
        assertThat(proved(open()).keys()).hasSize(TrustChanges.RETIRED_MAX + 1);
    }

    @Test
    void aStolenKeyIsRemovedAndEveryListGoesToANewEpoch() throws Exception {
        ServerKeys before = open();
        before.secret("site-oslo");
        changes().rotate(List.of(), NOW);
        KeyId stolen = signing(open());
        TrustChanges.Done done = changes().raiseEpoch(List.of(), Optional.empty(), List.of(), LATER);
        Trust trust = proved(open());
        assertThat(trust.version()).isEqualTo(3).isEqualTo(done.version());
        assertThat(trust.key(stolen)).isEmpty();
        assertThat(trust.key(signing(before)).orElseThrow().retired()).isTrue();
        assertThat(trust.epochs()).isEqualTo(Map.of(LIST, 2, "site-oslo", 2)).isEqualTo(done.epochs());
        assertThat(open().epochOf(LIST)).isEqualTo(2);

        changes().raiseEpoch(List.of(LIST), Optional.of(signing(before)), List.of(), LATER);
        assertThat(proved(open()).epochs()).isEqualTo(Map.of(LIST, 3, "site-oslo", 2));
        assertThat(proved(open()).key(signing(before))).isEmpty();
    }

    @Test
    void whatIsRefusedLeavesEveryFileAsItWas() throws Exception {
        open();
        Path foreign = RootKeyFiles.create(folder.resolve("foreign"));
        Files.writeString(folder.resolve("nonsense.key"), "nonsense");
        changes().rotate(List.of(), NOW);
        Map<String, String> before = files();
        assertThatThrownBy(() -> changes().rotate(List.of(foreign), LATER))
                .hasMessageContaining(foreign.toString())
                .hasMessageContaining("none of the root keys");
        assertThatThrownBy(() -> changes().rotate(List.of(folder.resolve("nonsense.key")), LATER))
                .hasMessageContaining("nonsense.key");
        assertThatThrownBy(() -> changes().rotate(List.of(folder.resolve("none.key")), LATER))
                .hasMessageContaining("none.key");
        assertThatThrownBy(() -> changes().raiseEpoch(List.of(), Optional.of(new KeyId("00000000")), List.of(), LATER))
                .hasMessageContaining("00000000");
        assertThatThrownBy(() -> changes().raiseEpoch(List.of("No list"), Optional.empty(), List.of(), LATER))
                .hasMessageContaining("No list");
        assertThatThrownBy(() -> changes().init(List.of(), 1, List.of(), LATER))
                .hasMessageContaining("has root keys already");
        assertThat(files()).isEqualTo(before);
        try (AutoCloseable _ = new TrustFolder(folder).lock()) {
            assertThatThrownBy(() -> changes().rotate(List.of(), LATER)).hasMessageContaining("another command");
        }
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void twoOfThreeRootKeysFromElsewhereSignAndOneDoesNot() throws Exception {
        List<Path> roots = List.of(
                RootKeyFiles.create(folder.resolve("a")),
                RootKeyFiles.create(folder.resolve("b")),
                RootKeyFiles.create(folder.resolve("c")));
        List<Path> publicFiles = roots.stream().map(RootKeyFiles::publicFile).toList();
        Map<String, String> before = files();
        assertThatThrownBy(() -> changes().init(publicFiles, 2, List.of(roots.get(0)), NOW))
                .hasMessageContaining("2 must")
                .hasMessageContaining("--root");
        assertThatThrownBy(() -> changes().init(publicFiles, 4, roots, NOW)).hasMessageContaining("threshold 4");
        before.put("trust/lock", "");
        assertThat(files()).isEqualTo(before);

        changes().init(publicFiles, 2, List.of(roots.get(0), roots.get(2)), NOW);
        ServerKeys keys = open();
        assertThat(keys.rootThreshold()).isEqualTo(2);
        assertThat(keys.advice()).isEmpty();
        assertThat(proved(keys).version()).isEqualTo(1);
        assertThatThrownBy(() -> changes().rotate(List.of(roots.get(1), roots.get(1)), LATER))
                .hasMessageContaining("2 must");
        assertThat(changes().rotate(List.of(roots.get(1), roots.get(2)), LATER).version())
                .isEqualTo(2);
        assertThat(proved(open()).version()).isEqualTo(2);
    }

    @Test
    void aFolderOfAnOlderServerKeepsItsKeyAndSecret() throws Exception {
        KeyPair old = SigningKeys.newPair();
        Path listKeys = Files.createDirectories(folder.resolve("list-keys"));
        Files.writeString(listKeys.resolve("hms-kort.key"), Pem.of(old.getPrivate()));
        Files.writeString(listKeys.resolve("hms-kort.pub"), Pem.of(old.getPublic()));
        Files.writeString(listKeys.resolve("hms-kort.secret"), "000102030405060708090a0b0c0d0e0f\n");
        ServerKeys keys = open();
        assertThat(keys.pair().getPublic()).isEqualTo(old.getPublic());
        assertThat(keys.pair().getPrivate()).isEqualTo(old.getPrivate());
        assertThat(HexFormat.of().formatHex(keys.secret(LIST))).isEqualTo("000102030405060708090a0b0c0d0e0f");
        assertThat(proved(keys).key(KeyId.of(old.getPublic()))).isPresent();
        assertThat(listKeys.resolve("hms-kort.key")).doesNotExist();
        assertThat(open().pair().getPublic()).isEqualTo(old.getPublic());

        // Cut off between the two removals.
        Files.writeString(listKeys.resolve("hms-kort.pub"), Pem.of(old.getPublic()));
        assertThat(open().pair().getPublic()).isEqualTo(old.getPublic());
        assertThat(listKeys.resolve("hms-kort.pub")).doesNotExist();
    }

    @Test
    void halfAFolderOfAnOlderServerIsNamed() throws Exception {
        KeyPair old = SigningKeys.newPair();
        Path listKeys = Files.createDirectories(folder.resolve("list-keys"));
        Files.writeString(listKeys.resolve("hms-kort.key"), Pem.of(old.getPrivate()));
        Files.writeString(listKeys.resolve("hms-kort.pub"), Pem.of(old.getPublic()));
        assertThatThrownBy(this::open).hasMessageContaining("hms-kort.secret").hasMessageContaining("backup");
        Files.writeString(listKeys.resolve("hms-kort.secret"), "000102030405060708090a0b0c0d0e0f\n");
        Files.writeString(
                listKeys.resolve("hms-kort.pub"), Pem.of(SigningKeys.newPair().getPublic()));
        assertThatThrownBy(this::open).hasMessageContaining("no pair").hasMessageContaining("backup");
    }

    @Test
    void aStartThatWasCutOffGoesOnWithWhatItMade() throws Exception {
        ServerKeys first = open();
        Path root = rootKey();
        Files.delete(folder.resolve("trust/root.pub"));
        ServerKeys again = open();
        assertThat(signing(again)).isEqualTo(signing(first));
        assertThat(rootKey()).isEqualTo(root);
        assertThat(again.rootsPem()).isEqualTo(first.rootsPem());
    }

    @Test
    void damageIsNamedWithItsRemedyAndNothingIsMadeAnew() throws Exception {
        ServerKeys keys = open();
        keys.secret("site-oslo");
        for (String name : List.of(
                "trust/trust.signed",
                "trust/root.pub",
                "trust/root.threshold",
                "list-keys/signing-" + signing(keys).hex() + ".key",
                "list-keys/signing-" + signing(keys).hex() + ".pub",
                "list-keys/hms-kort.secret")) {
            Path file = folder.resolve(name);
            byte[] good = Files.readAllBytes(file);
            Files.writeString(file, "0f0102030405060708090a0b0c0d0e0f");
            assertThatThrownBy(this::open).as(name).hasMessageContaining("backup");
            if (!name.endsWith("root.pub")) {
                Files.delete(file);
                assertThatThrownBy(this::open).as(name).hasMessageContaining("backup");
            }
            Files.write(file, good);
        }
        assertThat(open().trustFile()).isEqualTo(keys.trustFile());
        Files.delete(folder.resolve("list-keys/site-oslo.secret"));
        assertThatThrownBy(() -> open().secret("site-oslo")).hasMessageContaining("site-oslo.secret is gone");
    }

    /** A routine change of key voids no pass; a stolen key's passes are all void, and shown anew under the next one. */
    @Test
    void passesOutliveARotationAndNoTheft() throws Exception {
        Pass pass = new Pass("oslo", new PassNumber("0123456789012345"), HolderKind.VISITOR, NOW, LATER);
        PassCode first = open().sign(pass);
        changes().rotate(List.of(), LATER);
        ServerKeys rotated = open();
        PassCode second = rotated.sign(pass);
        assertThat(second).isNotEqualTo(first);
        assertThat(rotated.prove(first)).contains(pass);
        assertThat(rotated.prove(second)).contains(pass);
        changes().raiseEpoch(List.of(), Optional.empty(), List.of(), LATER);
        ServerKeys afterTheft = open();
        assertThat(afterTheft.prove(second)).isEmpty();
        assertThat(afterTheft.prove(afterTheft.sign(pass))).contains(pass);
    }
}
