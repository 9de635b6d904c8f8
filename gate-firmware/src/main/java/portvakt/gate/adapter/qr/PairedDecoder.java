package portvakt.gate.adapter.qr;

import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Two decoders on each frame: ZXing, then BoofCV, which reads many codes that the first does not. The second looks even when
 * the first has found something, because the first finds one code at most and two cards in one frame must be noticed. So the
 * cost of a frame is the same whatever it shows: both decoders, once.
 */
public final class PairedDecoder implements CodeDecoder {

    private static final Logger LOG = LoggerFactory.getLogger(PairedDecoder.class);

    private final CodeDecoder first;
    private final CodeDecoder second;
    private boolean failureLogged;

    public PairedDecoder() {
        this(new ZxingDecoder(), new BoofDecoder());
    }

    PairedDecoder(CodeDecoder first, CodeDecoder second) {
        this.first = first;
        this.second = second;
    }

    @Override
    public List<FoundCode> decode(GrayFrame frame) {
        List<FoundCode> found = new ArrayList<>(guarded(first, frame));
        for (FoundCode code : guarded(second, frame)) {
            // At the same place it is the same code: the first decoder's text counts, should the two differ in the
            // alphabet.
            if (found.stream().noneMatch(code::isAtPlaceOf)) {
                found.add(code);
            }
        }
        return found;
    }

    /** A picture can hold anything, so a decoder that trips over one must not stop the camera. */
    private List<FoundCode> guarded(CodeDecoder decoder, GrayFrame frame) {
        try {
            return decoder.decode(frame);
        } catch (RuntimeException e) {
            if (!failureLogged) {
                failureLogged = true;
                LOG.warn(
                        "{} failed on a frame of {} by {} pixels; later failures are not logged",
                        decoder.getClass().getSimpleName(),
                        frame.width(),
                        frame.height(),
                        e);
            }
            return List.of();
        }
    }
}
