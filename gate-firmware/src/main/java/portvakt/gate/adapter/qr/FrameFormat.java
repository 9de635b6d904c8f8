package portvakt.gate.adapter.qr;

import java.io.InputStream;

/** What the camera's command writes. */
public enum FrameFormat {
    /** YUV4MPEG2, mono or 4:2:0: says its own size, and notices when it is not what it claims to be. */
    Y4M {
        @Override
        FrameStream open(InputStream in, CodeReaderConfig config) {
            return new Y4mStream(in);
        }
    },
    /** Raw frames, one byte a pixel. */
    GRAY8 {
        @Override
        FrameStream open(InputStream in, CodeReaderConfig config) {
            return RawStream.gray8(in, config.width(), config.height(), config.strideBytes());
        }
    },
    /** Raw planar 4:2:0 frames (yuv420p). */
    I420 {
        @Override
        FrameStream open(InputStream in, CodeReaderConfig config) {
            return RawStream.i420(in, config.width(), config.height(), config.strideBytes());
        }
    };

    abstract FrameStream open(InputStream in, CodeReaderConfig config);
}
