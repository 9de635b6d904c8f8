package portvakt.gate.adapter.qr;

import boofcv.abst.fiducial.QrCodeDetector;
import boofcv.alg.fiducial.qrcode.QrCode;
import boofcv.concurrency.BoofConcurrency;
import boofcv.factory.fiducial.ConfigQrCode;
import boofcv.factory.fiducial.FactoryFiducial;
import boofcv.struct.image.GrayU8;
import georegression.struct.point.Point2D_F64;
import java.util.List;

/** BoofCV's detector: follows the patterns' edges, so it reads tilted and blurred codes, and several in one frame. */
public final class BoofDecoder implements CodeDecoder {

    static {
        // Its loops would otherwise spread over all cores of a board that has a gate to run. Global to the program.
        BoofConcurrency.USE_CONCURRENT = false;
    }

    /** The smallest version that holds any ASCII text that is looked at, at any error correction; larger ones cost time. */
    private static final int VERSION_MAX = 25;

    private final QrCodeDetector<GrayU8> detector;
    private final GrayU8 view = new GrayU8();

    public BoofDecoder() {
        ConfigQrCode config = new ConfigQrCode();
        config.versionMaximum = VERSION_MAX;
        detector = FactoryFiducial.qrcode(config, GrayU8.class);
    }

    @Override
    public List<FoundCode> decode(GrayFrame frame) {
        view.data = frame.pixels();
        view.width = frame.width();
        view.height = frame.height();
        view.stride = frame.width();
        detector.process(view);
        return detector.getDetections().stream().map(BoofDecoder::found).toList();
    }

    private static FoundCode found(QrCode code) {
        double x = 0;
        double y = 0;
        for (Point2D_F64 corner : code.bounds.vertexes.toList()) {
            x += corner.x / code.bounds.size();
            y += corner.y / code.bounds.size();
        }
        return new FoundCode(code.message, x, y, Math.sqrt(code.bounds.areaSimple()));
    }
}
