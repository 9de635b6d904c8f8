package portvakt.server.web;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.SequencedMap;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/**
 * Pictures of pages beside each other, the top of each, small enough to be kept. Written to {@code target/console}, and with
 * {@code -Dportvakt.pictures=docs/pages} to that folder too, smaller.
 */
final class PictureSheet {

    private static final int ACROSS_PHONE = 8;
    private static final int ACROSS_DESKTOP = 5;
    private static final int WIDTH_PHONE = 190;
    private static final int WIDTH_DESKTOP = 340;
    private static final int GAP = 12;
    private static final int LABEL = 18;
    private static final float QUALITY = 0.6f;

    private final String name;
    private final boolean phone;
    private final SequencedMap<String, BufferedImage> pictures = new LinkedHashMap<>();

    /** @param name begins with the device */
    PictureSheet(String name) {
        this.name = name;
        this.phone = name.startsWith("phone");
    }

    /** @param png of the whole page */
    void add(String page, byte[] png) throws IOException {
        Path whole = Files.createDirectories(Path.of("target", "console", name)).resolve(page + ".png");
        Files.write(whole, png);
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
        int width = phone ? WIDTH_PHONE : WIDTH_DESKTOP;
        int height = phone ? width * 2 : width * 3 / 4;
        BufferedImage small = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = small.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
        graphics.setColor(new Color(image.getRGB(1, image.getHeight() - 1)));
        graphics.fillRect(0, 0, width, height);
        BufferedImage step = image;
        // By halves, or thin strokes vanish.
        while (step.getWidth() > 2 * width) {
            step = scaled(step, step.getWidth() / 2, step.getHeight() / 2);
        }
        graphics.drawImage(step, 0, 0, width, Math.round(step.getHeight() * (float) width / step.getWidth()), null);
        graphics.dispose();
        pictures.put(page, small);
    }

    private static BufferedImage scaled(BufferedImage image, int width, int height) {
        BufferedImage half = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = half.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        graphics.drawImage(image, 0, 0, width, height, null);
        graphics.dispose();
        return half;
    }

    void write() throws IOException {
        int across = phone ? ACROSS_PHONE : ACROSS_DESKTOP;
        int width = phone ? WIDTH_PHONE : WIDTH_DESKTOP;
        int height = pictures.firstEntry().getValue().getHeight();
        int rows = (pictures.size() + across - 1) / across;
        BufferedImage sheet = new BufferedImage(
                GAP + across * (width + GAP), GAP + rows * (height + LABEL + GAP), BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = sheet.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.setColor(new Color(0x7b838a));
        graphics.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
        graphics.setColor(Color.WHITE);
        graphics.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 13));
        int at = 0;
        for (var picture : pictures.entrySet()) {
            int x = GAP + at % across * (width + GAP);
            int y = GAP + at / across * (height + LABEL + GAP);
            graphics.drawString(picture.getKey().toLowerCase(Locale.ROOT), x, y + LABEL - 6);
            graphics.drawImage(picture.getValue(), x, y + LABEL, null);
            at++;
        }
        graphics.dispose();
        ImageIO.write(
                sheet,
                "png",
                Path.of("target", "console", "pages-" + name + ".png").toFile());
        String kept = System.getProperty("portvakt.pictures", "");
        if (!kept.isEmpty()) {
            save(sheet, Path.of(kept));
        }
    }

    private void save(BufferedImage sheet, Path folder) throws IOException {
        Path file = Files.createDirectories(folder).resolve("pages-" + name + ".jpg");
        Files.deleteIfExists(file);
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ImageWriteParam param = writer.getDefaultWriteParam();
        param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        param.setCompressionQuality(QUALITY);
        try (ImageOutputStream out = ImageIO.createImageOutputStream(file.toFile())) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(sheet, null, null), param);
        } finally {
            writer.dispose();
        }
    }
}
