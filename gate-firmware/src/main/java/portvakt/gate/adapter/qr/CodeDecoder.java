package portvakt.gate.adapter.qr;

import java.util.List;

/** Finds QR codes (ISO/IEC 18004) in a frame. One thread at a time; neither blocks nor throws for anything that a frame can hold. */
@FunctionalInterface
public interface CodeDecoder {

    /** @return the codes that could be read whole and passed their own error correction; empty if none */
    List<FoundCode> decode(GrayFrame frame);
}
