package portvakt.gate.adapter.qr;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import portvakt.gate.check.Finding;
import portvakt.gate.check.Judge;
import portvakt.gate.check.Machine.Picture;

/** A picture's light and edges in figures, and a camera's command that fails in words. */
class CameraProbeTest {

    private static final int SIDE = 64;

    private static Finding judged(byte[] pixels) {
        Picture picture = CameraProbe.picture(new GrayFrame(SIDE, SIDE, pixels));
        return Judge.camera(Optional.of(picture), "");
    }

    private static byte[] board(int square, int dark, int light) {
        byte[] pixels = new byte[SIDE * SIDE];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) ((i % SIDE / square + i / SIDE / square) % 2 == 0 ? dark : light);
        }
        return pixels;
    }

    @Test
    void aChessboardIsSharpAndAGrayWallIsNot() {
        assertThat(judged(board(8, 40, 210)).key()).isEqualTo("ok");
        byte[] wall = new byte[SIDE * SIDE];
        Arrays.fill(wall, (byte) 128);
        assertThat(judged(wall).key()).isEqualTo("blurred");
        Arrays.fill(wall, (byte) 250);
        assertThat(judged(wall).key()).isEqualTo("bright");
        assertThat(judged(new byte[SIDE * SIDE]).key()).isEqualTo("dark");
    }

    @Test
    void aCommandThatIsNotThereIsNamed() {
        CameraProbe.Seen seen = CameraProbe.look(CodeReaderConfig.of(List.of("/no/such/camera")));
        assertThat(seen.picture()).isEmpty();
        assertThat(seen.fault()).contains("/no/such/camera");
    }

    @Test
    void aCommandThatEndsSaysItsLastWords() {
        CameraProbe.Seen seen =
                CameraProbe.look(CodeReaderConfig.of(List.of("sh", "-c", "echo no cameras available >&2; exit 3")));
        assertThat(seen.picture()).isEmpty();
        assertThat(seen.fault()).contains("exit code 3", "no cameras available");
    }
}
