package portvakt.gate.adapter.qr;

import com.google.zxing.BarcodeFormat;
import com.google.zxing.WriterException;
import com.google.zxing.common.BitMatrix;
import com.google.zxing.qrcode.QRCodeWriter;

/** A picture of a code, as a perfect camera would show it: for trying out what reads codes where there is no camera. */
public final class DrawnCode {

    private DrawnCode() {}

    /**
     * One frame of {@link FrameFormat#GRAY8}.
     *
     * @param sidePixels width and height
     * @throws IllegalArgumentException if the text does not fit into a code
     */
    public static byte[] gray(String text, int sidePixels) {
        try {
            BitMatrix code = new QRCodeWriter().encode(text, BarcodeFormat.QR_CODE, sidePixels, sidePixels);
            byte[] pixels = new byte[sidePixels * sidePixels];
            for (int y = 0; y < sidePixels; y++) {
                for (int x = 0; x < sidePixels; x++) {
                    pixels[y * sidePixels + x] = (byte) (code.get(x, y) ? 0 : 255);
                }
            }
            return pixels;
        } catch (WriterException e) {
            throw new IllegalArgumentException("no code can hold this text: " + e.getMessage(), e);
        }
    }
}
