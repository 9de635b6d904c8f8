package portvakt.sim.device;

import java.util.Arrays;

/** Answers of PC/SC readers to storage card commands (PC/SC part 3, 3.2.2.1): data, then two status bytes. */
final class Sw {

    static final int SUCCESS = 0x9000;
    static final int FAILED = 0x6300;
    static final int SECURITY_NOT_SATISFIED = 0x6982;
    static final int NOT_SUPPORTED = 0x6a81;

    private Sw() {}

    static byte[] answer(byte[] data, int sw) {
        byte[] response = Arrays.copyOf(data, data.length + 2);
        response[data.length] = (byte) (sw >> 8);
        response[data.length + 1] = (byte) sw;
        return response;
    }

    static byte[] only(int sw) {
        return answer(new byte[0], sw);
    }
}
