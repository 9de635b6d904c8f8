package portvakt.sim.display;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Image;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.imageio.ImageIO;

/** Puts pictures of a page side by side into one small PNG of few colours. */
final class PictureSheet {

    private static final int COLOURS = 128;
    private static final int GAP = 10;

    private PictureSheet() {}

    /** @param rows each scaled to one height, from left to right */
    static void write(List<List<BufferedImage>> rows, int width, Path file) throws IOException {
        int height = GAP;
        for (List<BufferedImage> row : rows) {
            height += rowHeight(row, width) + GAP;
        }
        BufferedImage sheet = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = sheet.createGraphics();
        pen.setColor(new Color(0x9a9a9a));
        pen.fillRect(0, 0, width, height);
        int y = GAP;
        for (List<BufferedImage> row : rows) {
            int rowHeight = rowHeight(row, width);
            int x = GAP;
            for (BufferedImage each : row) {
                int w = each.getWidth() * rowHeight / each.getHeight();
                pen.drawImage(each.getScaledInstance(w, rowHeight, Image.SCALE_AREA_AVERAGING), x, y, null);
                x += w + GAP;
            }
            y += rowHeight + GAP;
        }
        pen.dispose();
        Files.createDirectories(file.getParent());
        ImageIO.write(fewColours(sheet), "png", file.toFile());
    }

    private static int rowHeight(List<BufferedImage> row, int width) {
        double aspects = row.stream()
                .mapToDouble(each -> (double) each.getWidth() / each.getHeight())
                .sum();
        return (int) ((width - GAP * (row.size() + 1)) / aspects);
    }

    private static BufferedImage fewColours(BufferedImage image) {
        Map<Integer, Integer> counts = new TreeMap<>();
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                counts.merge(image.getRGB(x, y) & 0xf8f8f8, 1, Integer::sum);
            }
        }
        List<Integer> palette = counts.entrySet().stream()
                .sorted(Map.Entry.<Integer, Integer>comparingByValue(Comparator.reverseOrder()))
                .limit(COLOURS)
                .map(Map.Entry::getKey)
                .toList();
        byte[][] parts = new byte[3][palette.size()];
        for (int at = 0; at < palette.size(); at++) {
            for (int part = 0; part < 3; part++) {
                int value = palette.get(at) >> (16 - 8 * part) & 0xff;
                parts[part][at] = (byte) (value | value >> 5);
            }
        }
        IndexColorModel model = new IndexColorModel(8, palette.size(), parts[0], parts[1], parts[2]);
        BufferedImage few =
                new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_BYTE_INDEXED, model);
        Map<Integer, Integer> nearest = new TreeMap<>();
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                int at = nearest.computeIfAbsent(image.getRGB(x, y) & 0xf8f8f8, rgb -> nearest(palette, rgb));
                few.getRaster().setSample(x, y, 0, at);
            }
        }
        return few;
    }

    private static int nearest(List<Integer> palette, int rgb) {
        int best = 0;
        for (int at = 1; at < palette.size(); at++) {
            if (distance(palette.get(at), rgb) < distance(palette.get(best), rgb)) {
                best = at;
            }
        }
        return best;
    }

    private static int distance(int one, int other) {
        int sum = 0;
        for (int shift = 0; shift <= 16; shift += 8) {
            int difference = (one >> shift & 0xff) - (other >> shift & 0xff);
            sum += difference * difference;
        }
        return sum;
    }
}
