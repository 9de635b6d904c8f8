package portvakt.gate.adapter.qr;

import com.google.zxing.Binarizer;
import com.google.zxing.BinaryBitmap;
import com.google.zxing.DecodeHintType;
import com.google.zxing.LuminanceSource;
import com.google.zxing.PlanarYUVLuminanceSource;
import com.google.zxing.ReaderException;
import com.google.zxing.Result;
import com.google.zxing.ResultPoint;
import com.google.zxing.ResultPointCallback;
import com.google.zxing.common.GlobalHistogramBinarizer;
import com.google.zxing.common.HybridBinarizer;
import com.google.zxing.qrcode.QRCodeReader;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * ZXing's reader, which finds one code a frame: with the threshold of each neighbourhood first, which stands shadows, then with
 * one threshold for all, which stands low contrast.
 *
 * <p>It tries all triples of what could be a finder pattern, so a sheet printed full of them would hold it for seconds or
 * minutes: a frame with more than {@value #POINTS_MAX} is given up, as one that shows no readable code.
 */
public final class ZxingDecoder implements CodeDecoder {

    private static final int POINTS_MAX = 250;

    private final QRCodeReader reader = new QRCodeReader();

    @Override
    public List<FoundCode> decode(GrayFrame frame) {
        LuminanceSource source = new PlanarYUVLuminanceSource(
                frame.pixels(), frame.width(), frame.height(), 0, 0, frame.width(), frame.height(), false);
        return read(new HybridBinarizer(source))
                .or(() -> read(new GlobalHistogramBinarizer(source)))
                .map(List::of)
                .orElse(List.of());
    }

    private Optional<FoundCode> read(Binarizer binarizer) {
        try {
            Map<DecodeHintType, ?> hints = Map.of(DecodeHintType.NEED_RESULT_POINT_CALLBACK, new PointBudget());
            return Optional.of(found(reader.decode(new BinaryBitmap(binarizer), hints)));
        } catch (ReaderException | TooManyPoints e) {
            // Not found, found and damaged, or given up: all mean no code, and the exception says no more.
            return Optional.empty();
        }
    }

    /** ZXing gives the centres of the finder patterns: bottom left, top left, top right. */
    private static FoundCode found(Result result) {
        ResultPoint[] finders = result.getResultPoints();
        ResultPoint bottomLeft = finders[0];
        ResultPoint topRight = finders[2];
        return new FoundCode(
                result.getText(),
                (bottomLeft.getX() + topRight.getX()) / 2,
                (bottomLeft.getY() + topRight.getY()) / 2,
                ResultPoint.distance(bottomLeft, topRight) / Math.sqrt(2));
    }

    /** ZXing announces each candidate before it begins to combine them. */
    private static final class PointBudget implements ResultPointCallback {
        private int points;

        @Override
        public void foundPossibleResultPoint(ResultPoint point) {
            points++;
            if (points > POINTS_MAX) {
                throw new TooManyPoints();
            }
        }
    }

    private static final class TooManyPoints extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooManyPoints() {
            super("more than " + POINTS_MAX + " candidates for a finder pattern", null, false, false);
        }
    }
}
