package portvakt.sim.site;

import java.awt.image.BufferedImage;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import portvakt.gate.access.CardRead;
import portvakt.gate.adapter.qr.CodeReader;
import portvakt.gate.adapter.qr.CodeReaderConfig;
import portvakt.gate.port.ReaderSignal;
import portvakt.sim.device.frame.Y4mWriter;

/** A camera that films one picture, read by the gate's own reader of codes: process, frames, both decoders. */
final class PictureCamera {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Path folder;

    PictureCamera(Path folder) {
        this.folder = folder;
    }

    /** What the gate's reader makes of the picture. */
    CardRead see(byte[] png) throws IOException, InterruptedException {
        Path film = Files.createTempFile(folder, "film", ".y4m");
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
        byte[] gray = new byte[image.getWidth() * image.getHeight()];
        for (int i = 0; i < gray.length; i++) {
            gray[i] = (byte) image.getRGB(i % image.getWidth(), i / image.getWidth());
        }
        try (Y4mWriter writer = Y4mWriter.mono(
                new BufferedOutputStream(Files.newOutputStream(film)), image.getWidth(), image.getHeight(), 1)) {
            writer.write(gray);
        }
        BlockingQueue<CardRead> seen = new LinkedBlockingQueue<>();
        try (CodeReader reader = new CodeReader(
                CodeReaderConfig.of(List.of("sh", "-c", "cat \"$0\"; exec sleep 60", film.toString())))) {
            reader.start(signal -> {
                if (signal instanceof ReaderSignal.Presented presented) {
                    seen.add(presented.read());
                }
            });
            return Optional.ofNullable(seen.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .orElseThrow(() -> new AssertionError("the camera saw no code"));
        }
    }
}
