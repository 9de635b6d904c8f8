package portvakt.gate.adapter.mqtt;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import portvakt.gate.testing.Certificates;
import portvakt.gate.testing.HandClock;
import portvakt.gate.testing.MemoryDisk;
import portvakt.gate.testing.MemoryJournal;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics;
import portvakt.protocol.mqtt.BrokerSession;
import portvakt.protocol.mqtt.TlsIdentity;

/** An uplink in a process of its own, to be killed. */
final class DyingGate {

    private DyingGate() {}

    static Process start(Path folder, URI broker, Certificates certificates) throws IOException {
        certificates.client("dying");
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        DyingGate.class.getName(),
                        folder.toString(),
                        broker.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("gate.log").toFile())
                .start();
    }

    /** @param arguments the folder of certificates, and the broker */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path folder = Path.of(arguments[0]);
        MemoryDisk disk = new MemoryDisk();
        HandClock clock = new HandClock();
        BrokerSession.Settings settings = new BrokerSession.Settings(
                URI.create(arguments[1]),
                "gate-north",
                TlsIdentity.load(
                        folder.resolve("dying.p12"), folder.resolve("password"), folder.resolve("authority.pem")),
                Optional.empty(),
                Duration.ofSeconds(5),
                Duration.ofHours(1),
                16);
        new MqttUplink(
                        new Topics.GateAddress("oslo", "north"),
                        settings,
                        new MqttUplink.Parts(
                                new MemoryJournal(_ -> {}),
                                List.of(),
                                List.of(),
                                _ -> {},
                                clock,
                                new StatusMessage(
                                        "test",
                                        Direction.IN,
                                        new StatusMessage.Run(ByteString.copyFromUtf8("run"), HandClock.START),
                                        disk,
                                        OptionalInt::empty)))
                .start();
        new CountDownLatch(1).await();
    }
}
