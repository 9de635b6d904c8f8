package portvakt.server.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.zxing.BinaryBitmap;
import com.google.zxing.DecodeHintType;
import com.google.zxing.RGBLuminanceSource;
import com.google.zxing.common.HybridBinarizer;
import com.google.zxing.qrcode.QRCodeReader;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** The picture is a PNG that others can open, and a code that others can read. */
class QrPictureTest {

    /** What a reader makes of a picture. */
    static String read(byte[] png) throws Exception {
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
        int width = image.getWidth();
        int[] pixels = image.getRGB(0, 0, width, image.getHeight(), null, 0, width);
        BinaryBitmap bitmap =
                new BinaryBitmap(new HybridBinarizer(new RGBLuminanceSource(width, image.getHeight(), pixels)));
        return new QRCodeReader()
                .decode(bitmap, Map.of(DecodeHintType.PURE_BARCODE, true))
                .getText();
    }

    @Test
    void isReadBackWhateverTheLength() throws Exception {
        for (int length = 1; length < 240; length += 7) {
            // Blanks at both ends too: base45 has them.
            String text = " " + "0A $%*+-./:".repeat(40).substring(0, length) + " ";
            assertThat(read(QrPicture.png(text))).isEqualTo(text);
        }
    }

    @Test
    void hasItsQuietZone() throws Exception {
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(QrPicture.png("PV1:ABC")));
        assertThat(image.getWidth()).isEqualTo(image.getHeight()).isEqualTo((21 + 8) * 8);
        for (int i = 0; i < image.getWidth(); i++) {
            assertThat(image.getRGB(i, 31)).isEqualTo(-1);
            assertThat(image.getRGB(31, i)).isEqualTo(-1);
        }
        assertThat(image.getRGB(32, 32)).as("the first finder pattern").isEqualTo(0xff000000);
    }

    @Test
    void whatFitsIntoNoCodeIsSaid() {
        assertThatThrownBy(() -> QrPicture.png("A".repeat(5_000)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("5000 characters");
    }
}
