package portvakt.gate.adapter.qr;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import portvakt.gate.check.Machine.Picture;

/** Takes a few pictures with a camera's command, and says how the last one is. */
public final class CameraProbe {

    /** The first ones of a camera are dark: it measures the light. */
    private static final int PICTURES = 10;

    private CameraProbe() {}

    /** @param fault why there is no picture */
    public record Seen(Optional<Picture> picture, String fault) {}

    public static Seen look(CodeReaderConfig config) {
        Optional<Picture> last = Optional.empty();
        try (CameraProcess camera = CameraProcess.start(config)) {
            GrayFrame frame = new GrayFrame();
            for (int i = 0; i < PICTURES; i++) {
                NewestFrame.Taken taken = camera.take(frame, config.frameTimeout());
                switch (taken) {
                    case NewestFrame.Taken.Frame(GrayFrame newest) -> {
                        frame = newest;
                        last = Optional.of(picture(newest));
                    }
                    case NewestFrame.Taken.Ended(String cause) -> {
                        return new Seen(last, cause + camera.lastWords());
                    }
                    case NewestFrame.Taken.TimedOut _ -> {
                        return new Seen(
                                last, "No frame came within " + told(config.frameTimeout()) + "." + camera.lastWords());
                    }
                }
            }
            return new Seen(last, "");
        } catch (IOException e) {
            return new Seen(Optional.empty(), "The camera's command cannot be started: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Seen(last, "interrupted");
        }
    }

    private static String told(Duration duration) {
        return duration.toMillis() / 1000.0 + " s";
    }

    /** Brightness, and sharpness by the variance of the Laplacian: what is out of focus has no edges. */
    static Picture picture(GrayFrame frame) {
        byte[] pixels = frame.pixels();
        int width = frame.width();
        long sum = 0;
        for (byte pixel : pixels) {
            sum += pixel & 0xFF;
        }
        double edges = 0;
        double squares = 0;
        long count = 0;
        for (int y = 1; y < frame.height() - 1; y++) {
            for (int x = 1; x < width - 1; x++) {
                int at = y * width + x;
                int edge = (pixels[at - 1] & 0xFF)
                        + (pixels[at + 1] & 0xFF)
                        + (pixels[at - width] & 0xFF)
                        + (pixels[at + width] & 0xFF)
                        - 4 * (pixels[at] & 0xFF);
                edges += edge;
                squares += (double) edge * edge;
                count++;
            }
        }
        double mean = count == 0 ? 0 : edges / count;
        double variance = count == 0 ? 0 : squares / count - mean * mean;
        return new Picture(width, frame.height(), (double) sum / pixels.length, variance);
    }
}
