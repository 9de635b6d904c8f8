package portvakt.sim.device.frame;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** Makes a real video file of rendered scenes with Debian's ffmpeg. */
public final class VideoFile {

    public static final int WIDTH = 640;
    public static final int HEIGHT = 480;
    public static final int FRAMES_PER_SECOND = 15;

    private static final Optics LENS = new Optics(0.5, 0, 0, 4, 0.9, 0.2);

    private final FrameRenderer renderer = new FrameRenderer(WIDTH, HEIGHT);
    private final SplittableRandom random;
    private final List<byte[]> frames = new ArrayList<>();

    public VideoFile(long seed) {
        System.out.println("video of seed " + seed);
        random = new SplittableRandom(seed);
    }

    /** Shows codes side by side for some frames, carried slowly across the picture. */
    public VideoFile show(int frameCount, String... texts) {
        double tilt = random.nextDouble(-15, 15);
        double roll = random.nextDouble(-15, 15);
        for (int i = 0; i < frameCount; i++) {
            List<CodePose> codes = new ArrayList<>();
            for (int code = 0; code < texts.length; code++) {
                double x = (code + 1.0) / (texts.length + 1) + 0.05 * i / frameCount;
                codes.add(new CodePose(texts[code], 4, tilt, tilt / 2, roll, x, 0.5 + 0.05 * i / frameCount));
            }
            frames.add(renderer.render(codes, LENS, random.split()));
        }
        return this;
    }

    public VideoFile pause(int frameCount) {
        for (int i = 0; i < frameCount; i++) {
            frames.add(renderer.empty(LENS, random.split()));
        }
        return this;
    }

    /** Encodes: {@code ffv1} keeps every pixel, {@code libx264} is what a network camera would send. */
    public Path encode(Path file, String codec) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("ffmpeg", "-loglevel", "error", "-y", "-f", "yuv4mpegpipe"));
        command.addAll(List.of("-i", "-", "-c:v", codec, "-pix_fmt", codec.equals("ffv1") ? "gray" : "yuv420p"));
        command.add(file.toString());
        Process ffmpeg = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (Y4mWriter writer =
                Y4mWriter.mono(new BufferedOutputStream(ffmpeg.getOutputStream()), WIDTH, HEIGHT, FRAMES_PER_SECOND)) {
            for (byte[] frame : frames) {
                writer.write(frame);
            }
        }
        if (!ffmpeg.waitFor(60, TimeUnit.SECONDS) || ffmpeg.exitValue() != 0) {
            throw new IOException("ffmpeg could not encode " + file + "; its message is above");
        }
        return file;
    }
}
