package portvakt.gate;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.gate.access.CardRead;
import portvakt.gate.adapter.display.DisplayServer;
import portvakt.gate.adapter.display.Screens;
import portvakt.gate.adapter.file.DataFolder;
import portvakt.gate.adapter.gpio.PracticeLines;
import portvakt.gate.adapter.os.SystemClock;
import portvakt.gate.adapter.pcsc.CardProbe;
import portvakt.gate.adapter.pcsc.PcscReader;
import portvakt.gate.adapter.qr.CodeReader;
import portvakt.gate.adapter.qr.CodeReaderConfig;
import portvakt.gate.adapter.qr.DrawnCode;
import portvakt.gate.journal.SealKey;
import portvakt.gate.journal.SegmentedJournal;
import portvakt.gate.port.CardReader;
import portvakt.gate.port.Disk;
import portvakt.gate.port.ReaderSignal;
import portvakt.gate.port.Turnstile;
import portvakt.gate.port.TurnstileSignal;
import portvakt.gate.status.ListRefusedException;
import portvakt.gate.status.ListStore;
import portvakt.gate.status.TrustReplica;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.protocol.Uid;
import portvakt.protocol.config.ConfigFile;
import portvakt.protocol.list.BucketTable;
import portvakt.protocol.list.CardKeys;
import portvakt.protocol.list.ListHead;
import portvakt.protocol.mqtt.BrokerSession;
import portvakt.protocol.mqtt.Pkcs12;
import portvakt.protocol.mqtt.TlsIdentity;
import portvakt.protocol.sign.KeyId;
import portvakt.protocol.sign.RootKeys;
import portvakt.protocol.sign.Trust;
import portvakt.protocol.sign.TrustFiles;

/**
 * A gate's first minute without a gate: what the JVM watches to make its AOT cache (JEP 483, 514), so that the real one is up
 * sooner. The real gate runs with its real journal, list, decoders, display and MQTT session; a turnstile and a reader that are no
 * devices stand in, and what would be secret is made up on the spot and thrown away. Needs neither hardware, network nor settings.
 *
 * <p>Ends with 0 when a listed card was refused, a card and a code were let through, and a server was greeted; with 1 when that took too long.
 */
public final class Training {

    private static final String LIST = "hms-kort";
    private static final String SETTINGS = """
            site: training
            gate: training
            direction: IN
            dataFolder: %s
            identityFolder: %s
            turnstile:
              relay: {line: 22, active: HIGH}
              armSensor: {line: 23, active: HIGH}
              requestToExit: {line: 24, active: HIGH}
              fireAlarm: {line: 25, active: HIGH}
              greenLamp: {line: 5, active: HIGH}
              redLamp: {line: 6, active: HIGH}
              buzzer: {line: 13, active: HIGH}
              lockCommand: ["true"]
            cardReader:
              chipLayout:
                keys:
                  - {sector: 1, keyType: A, keyFile: %s}
                fields:
                  cardNumber: {block: 4, offset: 0, length: 7, encoding: ASCII}
                  expiresOn: {block: 5, offset: 0, length: 4, encoding: BCD, format: yyyyMMdd}
                  holderName: {block: 6, offset: 0, length: 16, encoding: UTF8}
            camera:
              command: [cat, %s]
              format: GRAY8
              width: 480
              height: 480
            display: {port: %d}
            lists: [hms-kort]
            """;
    private static final CardNumber VALID = new CardNumber("1000000");
    private static final CardNumber REVOKED = new CardNumber("1000001");
    private static final CardNumber ON_THE_CODE = new CardNumber("1000002");
    private static final int SIDE_PIXELS = 480;
    private static final int FRAMES = 20;
    private static final int PASSAGES = 2;
    private static final int HELLOS = 1;
    private static final long WAIT_SECONDS = 120;

    private static final int AES_BYTES = 16;
    private static final int GET_DATA = 0xca;
    private static final int READ_BINARY = 0xb0;
    private static final String SUCCESS = "9000";
    private static final List<String> NAMED = List.of(
            "portvakt.gate.Main",
            "portvakt.gate.GateIdentity",
            "portvakt.gate.adapter.gpio.RaspberryPi",
            "portvakt.gate.adapter.os.ServiceManager",
            "portvakt.gate.command.RunCommand",
            "com.pi4j.library.gpiod.internal.CWrapper",
            "com.pi4j.library.gpiod.internal.GpioChip",
            "com.pi4j.library.gpiod.internal.GpioD",
            "com.pi4j.library.gpiod.internal.GpioDContext",
            "com.pi4j.library.gpiod.internal.GpioDException",
            "com.pi4j.library.gpiod.internal.GpioLine",
            "com.pi4j.library.gpiod.internal.GpioLineEvent",
            "com.pi4j.library.gpiod.internal.LineDirection",
            "com.pi4j.library.gpiod.internal.LineRequestFlag",
            "com.pi4j.library.gpiod.util.NativeLibraryLoader",
            "com.pi4j.library.gpiod.util.StringUtil",
            "com.pi4j.plugin.gpiod.provider.gpio.digital.GpioDDigitalInput",
            "com.pi4j.plugin.gpiod.provider.gpio.digital.GpioDDigitalInputProvider",
            "com.pi4j.plugin.gpiod.provider.gpio.digital.GpioDDigitalInputProviderImpl",
            "com.pi4j.plugin.gpiod.provider.gpio.digital.GpioDDigitalOutput",
            "com.pi4j.plugin.gpiod.provider.gpio.digital.GpioDDigitalOutputProvider",
            "com.pi4j.plugin.gpiod.provider.gpio.digital.GpioDDigitalOutputProviderImpl");
    private static final Logger LOG = LoggerFactory.getLogger(Training.class);

    private final Path folder;
    private final KeyPair keys = pair("Ed25519");
    private final byte[] secret = new byte[CardKeys.SECRET_BYTES];
    private final SystemClock clock = new SystemClock(Optional.empty(), Gate.builtAt());
    private final CountDownLatch wanted = new CountDownLatch(PASSAGES + HELLOS);

    private Training(Path folder) {
        this.folder = folder;
    }

    public static void main(String[] args) throws Exception {
        Main.logOfLibraries();
        EarlyWork.begin();
        Path folder = Files.createTempDirectory("portvakt-training");
        boolean done;
        try {
            done = new Training(folder).run();
        } finally {
            delete(folder);
        }
        System.exit(done ? 0 : 1);
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted((one, other) -> other.compareTo(one)).toList()) {
                Files.delete(file);
            }
        }
    }

    /** @return whether people were let through and a server was greeted */
    boolean run() throws IOException, InterruptedException, GeneralSecurityException {
        try (ServerSocket server = deafServer()) {
            GateConfig settings = settings(freePort());
            try (DataFolder data = DataFolder.lock(settings.dataFolder());
                    SegmentedJournal journal = SegmentedJournal.open(data.disk(), SegmentedJournal.Limits.DEFAULT)) {
                TrustReplica.Start trust = trust();
                install(data.disk(), trust);
                try (Gate _ = Gate.start(
                        gate(settings, trust, server.getLocalPort()),
                        new Gate.Outside(
                                new ObligingTurnstile(PracticeLines.turnstile(settings.turnstile()), wanted),
                                List.of(
                                        new Hand(),
                                        new CodeReader(settings.camera().orElseThrow())),
                                journal,
                                journal.opening(),
                                data.disk(),
                                clock,
                                settings.display().map(display -> new DisplayServer(display, screens(settings)))))) {
                    return wanted.await(WAIT_SECONDS, TimeUnit.SECONDS);
                }
            }
        } catch (ConfigFile.Invalid | ListRefusedException e) {
            throw new IllegalStateException("what the training makes up is refused", e);
        }
    }

    private GateConfig settings(int displayPort) throws IOException, ConfigFile.Invalid {
        byte[] frame = DrawnCode.gray(ON_THE_CODE.digits(), SIDE_PIXELS);
        ByteBuffer video = ByteBuffer.allocate(FRAMES * frame.length);
        for (int each = 0; each < FRAMES; each++) {
            video.put(frame);
        }
        Path frames = Files.write(folder.resolve("frames"), video.array());
        Path file = folder.resolve("gate.yaml");
        Path sectorKey = Files.writeString(folder.resolve("sector-key"), "000000000000");
        Files.setPosixFilePermissions(sectorKey, PosixFilePermissions.fromString("rw-------"));
        Files.writeString(file, SETTINGS.formatted(folder.resolve("data"), folder, sectorKey, frames, displayPort));
        GateConfig settings = ConfigFile.read(file, GateConfig.class);
        openKeyFile();
        readChip(settings);
        byName();
        // Made and not started: there may be a real one, and a card on it.
        new PcscReader("card", settings.cardReader().orElseThrow()).close();
        return settings;
    }

    /** A key of our own is read from such a file at each start. */
    private static void openKeyFile() throws IOException {
        try {
            char[] password = Pkcs12.password().toCharArray();
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setEntry(
                    "key",
                    new KeyStore.SecretKeyEntry(new SecretKeySpec(new byte[AES_BYTES], "AES")),
                    new KeyStore.PasswordProtection(password));
            ByteArrayOutputStream file = new ByteArrayOutputStream();
            store.store(file, password);
            KeyStore read = KeyStore.getInstance("PKCS12");
            read.load(new ByteArrayInputStream(file.toByteArray()), password);
            read.getKey("key", password);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java writes no PKCS #12", e);
        }
    }

    /** A chip that opens to any key and has the same in each block. */
    private static void readChip(GateConfig settings) throws ConfigFile.Invalid {
        CardProbe.of(
                        settings.cardReader().orElseThrow().chipLayout(),
                        settings.cardReader().orElseThrow().acceptedCardNumbers())
                .read(command -> switch (command[1] & 0xff) {
                    case GET_DATA -> HexFormat.of().parseHex("04a1b2c3d4e5f6" + SUCCESS);
                    case READ_BINARY -> HexFormat.of().parseHex("31303030303030000000000000000000" + SUCCESS);
                    default -> HexFormat.of().parseHex(SUCCESS);
                });
    }

    /** What only real devices and a real start lead to. One that is not there any more costs a little time, and no more. */
    private static void byName() {
        for (String name : NAMED) {
            try {
                Class.forName(name, false, Training.class.getClassLoader());
            } catch (ClassNotFoundException e) {
                LOG.warn("There is no class {} to know beforehand", name);
            }
        }
    }

    private Gate.Settings gate(GateConfig settings, TrustReplica.Start trust, int brokerPort)
            throws GeneralSecurityException, IOException {
        // Signs as it is made; a seal wants a certificate too, and who would give one.
        new SealKey(settings.address(), new TlsIdentity.OwnKey(pair("EC").getPrivate(), null));
        return new Gate.Settings(
                settings.address(),
                settings.direction(),
                settings.accessPolicy(List.of(LIST)),
                settings.releaseTime(),
                settings.turnTime(),
                trust,
                List.of(new Gate.ListSecret(LIST, secret)),
                settings.listKeysMax(),
                Optional.empty(),
                Optional.of(new BrokerSession.Settings(
                        URI.create("ssl://localhost:" + brokerPort),
                        settings.address().clientId(),
                        tls(),
                        Optional.empty(),
                        Duration.ofSeconds(20),
                        Duration.ZERO,
                        1)));
    }

    private static Screens screens(GateConfig settings) {
        return new Screens(
                settings.display().orElseThrow(),
                new Screens.Place(
                        settings.gate(),
                        settings.direction(),
                        Optional.of("card"),
                        settings.camera().map(CodeReaderConfig::name)));
    }

    private TrustReplica.Start trust() {
        Trust trust = new Trust(
                1,
                clock.now().wall(),
                List.of(Trust.Key.of(keys.getPublic(), List.of(Trust.EVERY_LIST), true)),
                Map.of()); // looked up, never walked
        return new TrustReplica.Start(
                new RootKeys(List.of(keys.getPublic()), 1), TrustFiles.sign(trust, List.of(keys)));
    }

    /** Puts a list with one card on it where a gate finds it that has had it before. */
    private void install(Disk disk, TrustReplica.Start start) throws IOException, ListRefusedException {
        long[] entries = {new CardKeys(secret).key(REVOKED, CardStatus.REVOKED)};
        BucketTable table = BucketTable.of(entries);
        Instant now = clock.now().wall();
        byte[] head = new ListHead(
                        LIST,
                        Trust.FIRST_EPOCH,
                        1,
                        table.bits(),
                        entries.length,
                        now,
                        now.plus(Duration.ofDays(1)),
                        HexFormat.of().formatHex(table.root()),
                        KeyId.of(keys.getPublic()))
                .sign(keys.getPrivate());
        byte[] tableBytes = table.bytes();
        ByteBuffer bytes = ByteBuffer.allocate(head.length + tableBytes.length + entries.length * Long.BYTES);
        bytes.put(head).put(tableBytes).asLongBuffer().put(entries);
        ListStore store = new ListStore(disk, LIST, new TrustReplica(start, disk).headsOf(LIST), secret);
        String part = store.partName(Trust.FIRST_EPOCH, 1);
        disk.store(part, bytes.array());
        store.adopt(part, true).close();
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private static KeyPair pair(String algorithm) {
        try {
            return KeyPairGenerator.getInstance(algorithm).generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no " + algorithm, e);
        }
    }

    /** Believes nobody, and is nobody. */
    private static SSLContext tls() throws GeneralSecurityException, IOException {
        KeyStore nothing = KeyStore.getInstance("PKCS12");
        nothing.load(null, null);
        KeyManagerFactory ours = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        ours.init(nothing, new char[0]);
        TrustManagerFactory theirs = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        theirs.init(nothing);
        SSLContext tls = SSLContext.getInstance("TLSv1.3");
        tls.init(ours.getKeyManagers(), theirs.getTrustManagers(), null);
        return tls;
    }

    /** Takes a broker's place as far as the first message of TLS, and hangs up. */
    private ServerSocket deafServer() throws IOException {
        ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        AtomicBoolean greeted = new AtomicBoolean();
        Thread.ofPlatform().daemon().name("deaf-server").start(() -> {
            while (!server.isClosed()) {
                try (Socket caller = server.accept()) {
                    if (caller.getInputStream().read() >= 0 && greeted.compareAndSet(false, true)) {
                        wanted.countDown();
                    }
                } catch (IOException e) {
                    // Whoever called has hung up, or the training is over.
                    continue;
                }
            }
        });
        return server;
    }

    /** Shows three cards, one after the other. */
    private static final class Hand implements CardReader {

        @Override
        public String name() {
            return "card";
        }

        @Override
        public void start(Consumer<ReaderSignal> inbox) {
            inbox.accept(new ReaderSignal.Ready(name(), "no reader"));
            Uid uid = new Uid("04a1b2c3d4e5f6");
            for (CardRead read : List.of(
                    new CardRead.UidOnly(uid),
                    new CardRead.ChipData(REVOKED, uid, Optional.empty(), Optional.empty()),
                    new CardRead.ChipData(VALID, uid, Optional.empty(), Optional.empty()))) {
                inbox.accept(new ReaderSignal.Presented(name(), read, 0));
            }
        }

        @Override
        public void close() {}
    }

    /** Turns as soon as it is released. */
    private static final class ObligingTurnstile implements Turnstile {

        private final Turnstile lines;
        private final CountDownLatch passages;
        private Consumer<TurnstileSignal> inbox = _ -> {};

        ObligingTurnstile(Turnstile lines, CountDownLatch passages) {
            this.lines = lines;
            this.passages = passages;
        }

        @Override
        public void start(Consumer<TurnstileSignal> signals) {
            inbox = signals;
            lines.start(signals);
        }

        @Override
        public void release() {
            lines.release();
            inbox.accept(new TurnstileSignal.ArmTurned());
            passages.countDown();
        }

        @Override
        public void lock() {
            lines.lock();
        }

        @Override
        public void show(Indication indication) {
            lines.show(indication);
        }

        @Override
        public void close() {
            lines.close();
        }
    }
}
