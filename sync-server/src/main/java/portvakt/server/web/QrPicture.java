package portvakt.server.web;

import com.google.zxing.WriterException;
import com.google.zxing.qrcode.decoder.ErrorCorrectionLevel;
import com.google.zxing.qrcode.encoder.ByteMatrix;
import com.google.zxing.qrcode.encoder.Encoder;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;

/**
 * A QR code (ISO/IEC 18004) as a picture in black and white (PNG, ISO/IEC 15948). Written here since Java's own writer would bring
 * its whole desktop along.
 */
final class QrPicture {

    /** Light modules around the code, as the standard asks. */
    private static final int QUIET_MODULES = 4;

    private static final int MODULE_PX = 8;
    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

    private QrPicture() {}

    /** @throws IllegalArgumentException if the text does not fit into any code */
    static byte[] png(String text) {
        ByteMatrix code;
        try {
            code = Encoder.encode(text, ErrorCorrectionLevel.M).getMatrix();
        } catch (WriterException e) {
            throw new IllegalArgumentException("a text of " + text.length() + " characters fits into no code", e);
        }
        int sidePx = (code.getWidth() + 2 * QUIET_MODULES) * MODULE_PX;
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        png.writeBytes(SIGNATURE);
        // One bit a pixel, gray, no interlace.
        chunk(
                png,
                "IHDR",
                ByteBuffer.allocate(13)
                        .putInt(sidePx)
                        .putInt(sidePx)
                        .put(new byte[] {1, 0, 0, 0, 0})
                        .array());
        chunk(png, "IDAT", deflated(rows(code, sidePx)));
        chunk(png, "IEND", new byte[0]);
        return png.toByteArray();
    }

    /** Each row after a byte that says it is not filtered; a light pixel is a 1. */
    private static byte[] rows(ByteMatrix code, int sidePx) {
        int rowBytes = 1 + (sidePx + 7) / 8;
        byte[] rows = new byte[sidePx * rowBytes];
        for (int y = 0; y < sidePx; y++) {
            for (int x = 0; x < sidePx; x++) {
                if (!isDark(code, x / MODULE_PX - QUIET_MODULES, y / MODULE_PX - QUIET_MODULES)) {
                    rows[y * rowBytes + 1 + x / 8] |= (byte) (0x80 >> x % 8);
                }
            }
        }
        return rows;
    }

    private static boolean isDark(ByteMatrix code, int x, int y) {
        return x >= 0 && y >= 0 && x < code.getWidth() && y < code.getHeight() && code.get(x, y) == 1;
    }

    private static byte[] deflated(byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflater = new DeflaterOutputStream(out)) {
            deflater.write(bytes);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException("memory that cannot be written", e);
        }
        return out.toByteArray();
    }

    private static void chunk(ByteArrayOutputStream png, String type, byte[] content) {
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        CRC32 crc = new CRC32();
        crc.update(name);
        crc.update(content);
        png.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(content.length).array());
        png.writeBytes(name);
        png.writeBytes(content);
        png.writeBytes(
                ByteBuffer.allocate(Integer.BYTES).putInt((int) crc.getValue()).array());
    }
}
