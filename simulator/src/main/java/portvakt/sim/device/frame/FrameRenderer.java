package portvakt.sim.device.frame;

import com.google.zxing.WriterException;
import com.google.zxing.qrcode.decoder.ErrorCorrectionLevel;
import com.google.zxing.qrcode.encoder.ByteMatrix;
import com.google.zxing.qrcode.encoder.Encoder;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Draws what a gate's camera sees: a dull background, codes on white paper before it in true perspective, then light, lens and
 * sensor. Gray, one byte a pixel, rows from the top. The same seed gives the same bytes. Immutable; any thread.
 */
public final class FrameRenderer {

    private static final int QUIET_ZONE_MODULES = 4;
    private static final double BLACK = 25;
    private static final double WHITE = 230;
    private static final double MIDDLE = (BLACK + WHITE) / 2;
    /** Focal length in frame widths: a view of about 45 degrees. */
    private static final double FOCAL_WIDTHS = 1.2;

    private static final int SUBSAMPLES = 3;
    private static final double SHADOW_EDGE_PX = 12;

    private final int width;
    private final int height;

    public FrameRenderer(int width, int height) {
        this.width = width;
        this.height = height;
    }

    public int width() {
        return width;
    }

    public int height() {
        return height;
    }

    /** A frame with nobody before the camera. */
    public byte[] empty(Optics optics, SplittableRandom random) {
        return render(List.of(), optics, random);
    }

    /** One frame of a scene drawn from a class. */
    public byte[] render(String text, Condition condition, SplittableRandom random) {
        return render(List.of(condition.pose(text, random)), condition.optics(random), random);
    }

    /** @throws IllegalArgumentException if a text is too long for a QR code */
    public byte[] render(List<CodePose> codes, Optics optics, SplittableRandom random) {
        return render(codes, Hardship.NONE, optics, random);
    }

    /** The same, of codes that have been through something. */
    public byte[] render(List<CodePose> codes, Hardship hardship, Optics optics, SplittableRandom random) {
        double[] light = background(random);
        for (CodePose code : codes) {
            draw(light, code);
            new Wear(light, width, height, code, modules(code.text()).getWidth() * code.modulePx())
                    .suffer(hardship, random);
        }
        for (int i = 0; i < light.length; i++) {
            light[i] = MIDDLE + (light[i] - MIDDLE) * optics.contrast();
        }
        shade(light, optics.shadow(), random);
        for (int i = 0; i < light.length; i++) {
            light[i] = Math.min(255, light[i]) * hardship.light();
        }
        double[] seen = smeared(blurred(light, optics.blurPx()), optics);
        byte[] pixels = new byte[seen.length];
        for (int i = 0; i < seen.length; i++) {
            double noise = optics.noise() == 0 ? 0 : random.nextGaussian(0, optics.noise());
            pixels[i] = (byte) Math.clamp(Math.round(seen[i] + noise), 0, 255);
        }
        return pixels;
    }

    /** A gradient with a few boxes: enough edges to be no gift for a decoder. */
    private double[] background(SplittableRandom random) {
        double[] light = new double[width * height];
        double left = random.nextDouble(80, 150);
        double right = random.nextDouble(80, 150);
        for (int i = 0; i < light.length; i++) {
            light[i] = left + (right - left) * (i % width) / width;
        }
        for (int box = 0; box < 8; box++) {
            int x0 = random.nextInt(width);
            int y0 = random.nextInt(height);
            int x1 = Math.min(width, x0 + random.nextInt(10, 10 + width / 4));
            int y1 = Math.min(height, y0 + random.nextInt(10, 10 + height / 4));
            double gray = random.nextDouble(40, 190);
            for (int y = y0; y < y1; y++) {
                for (int x = x0; x < x1; x++) {
                    light[y * width + x] = gray;
                }
            }
        }
        return light;
    }

    /** For each pixel near the code: where the ray through it meets the code's plane, and what is printed there. */
    private void draw(double[] light, CodePose code) {
        ByteMatrix modules = modules(code.text());
        Plane plane = new Plane(code, FOCAL_WIDTHS * width);
        double paperModules = modules.getWidth() / 2.0 + QUIET_ZONE_MODULES;
        // The paper's half diagonal; perspective brings the near edge closer, hence a half more.
        double reach = 1.5 * Math.sqrt(2) * paperModules * code.modulePx();
        double cx = code.centreX() * width;
        double cy = code.centreY() * height;
        for (int y = (int) Math.max(0, cy - reach); y < Math.min(height, cy + reach); y++) {
            for (int x = (int) Math.max(0, cx - reach); x < Math.min(width, cx + reach); x++) {
                double sum = 0;
                for (int sub = 0; sub < SUBSAMPLES * SUBSAMPLES; sub++) {
                    double dx = x + (sub % SUBSAMPLES + 0.5) / SUBSAMPLES - cx;
                    double dy = y + (sub / SUBSAMPLES + 0.5) / SUBSAMPLES - cy;
                    double u = plane.u(dx, dy) / code.modulePx();
                    double v = plane.v(dx, dy) / code.modulePx();
                    boolean paper = Math.abs(u) < paperModules && Math.abs(v) < paperModules;
                    sum += paper ? print(modules, u, v) : light[y * width + x];
                }
                light[y * width + x] = sum / (SUBSAMPLES * SUBSAMPLES);
            }
        }
    }

    private static double print(ByteMatrix modules, double u, double v) {
        int column = (int) Math.floor(u + modules.getWidth() / 2.0);
        int row = (int) Math.floor(v + modules.getHeight() / 2.0);
        boolean inside = column >= 0 && column < modules.getWidth() && row >= 0 && row < modules.getHeight();
        return inside && modules.get(column, row) == 1 ? BLACK : WHITE;
    }

    private static ByteMatrix modules(String text) {
        try {
            return Encoder.encode(text, ErrorCorrectionLevel.M).getMatrix();
        } catch (WriterException e) {
            throw new IllegalArgumentException("no QR code holds this text of " + text.length() + " characters", e);
        }
    }

    /** A soft edge through the frame's middle third; one side of it lies in shadow. */
    private void shade(double[] light, double shadow, SplittableRandom random) {
        if (shadow == 0) {
            return;
        }
        double angle = random.nextDouble(2 * Math.PI);
        double offset = random.nextDouble(-0.05, 0.05) * width;
        for (int i = 0; i < light.length; i++) {
            double side = (i % width - width / 2.0) * Math.cos(angle) + (i / width - height / 2.0) * Math.sin(angle);
            double share = 1 / (1 + Math.exp(-(side - offset) / SHADOW_EDGE_PX));
            light[i] *= 1 - shadow * share;
        }
    }

    private double[] blurred(double[] light, double sigma) {
        if (sigma == 0) {
            return light;
        }
        int radius = (int) Math.ceil(3 * sigma);
        double[] kernel = new double[2 * radius + 1];
        double total = 0;
        for (int k = -radius; k <= radius; k++) {
            kernel[k + radius] = Math.exp(-k * k / (2 * sigma * sigma));
            total += kernel[k + radius];
        }
        for (int k = 0; k < kernel.length; k++) {
            kernel[k] /= total;
        }
        return convolved(convolved(light, kernel, 1, 0), kernel, 0, 1);
    }

    private double[] convolved(double[] light, double[] kernel, int stepX, int stepY) {
        double[] out = new double[light.length];
        int radius = kernel.length / 2;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                double sum = 0;
                for (int k = -radius; k <= radius; k++) {
                    sum += kernel[k + radius] * pixel(light, x + k * stepX, y + k * stepY);
                }
                out[y * width + x] = sum;
            }
        }
        return out;
    }

    /** The mean along the way that the code moved while the shutter was open. */
    private double[] smeared(double[] light, Optics optics) {
        int steps = (int) Math.ceil(optics.motionPx());
        if (steps == 0) {
            return light;
        }
        double stepX = Math.cos(Math.toRadians(optics.motionDegrees())) * optics.motionPx() / steps;
        double stepY = Math.sin(Math.toRadians(optics.motionDegrees())) * optics.motionPx() / steps;
        double[] out = new double[light.length];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                double sum = 0;
                for (int step = 0; step <= steps; step++) {
                    double along = step - steps / 2.0;
                    sum += between(light, x + along * stepX, y + along * stepY);
                }
                out[y * width + x] = sum / (steps + 1);
            }
        }
        return out;
    }

    private double between(double[] light, double x, double y) {
        int x0 = (int) Math.floor(x);
        int y0 = (int) Math.floor(y);
        double fx = x - x0;
        double fy = y - y0;
        return (pixel(light, x0, y0) * (1 - fx) + pixel(light, x0 + 1, y0) * fx) * (1 - fy)
                + (pixel(light, x0, y0 + 1) * (1 - fx) + pixel(light, x0 + 1, y0 + 1) * fx) * fy;
    }

    private double pixel(double[] light, int x, int y) {
        return light[Math.clamp(y, 0, height - 1) * width + Math.clamp(x, 0, width - 1)];
    }
}
