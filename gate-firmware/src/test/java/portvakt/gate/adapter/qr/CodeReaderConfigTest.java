package portvakt.gate.adapter.qr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import portvakt.protocol.config.ConfigFile;

/** A camera's settings are read strictly, and what is wrong is named with its remedy before any camera is touched. */
class CodeReaderConfigTest {

    @TempDir
    Path folder;

    @Test
    void aCommandIsEnough() throws Exception {
        CodeReaderConfig config = read("command: [ffmpeg, -i, /dev/video0, -f, yuv4mpegpipe, '-']");
        assertThat(config)
                .isEqualTo(CodeReaderConfig.of(List.of("ffmpeg", "-i", "/dev/video0", "-f", "yuv4mpegpipe", "-")));
        assertThat(config.name()).isEqualTo("camera");
        assertThat(config.format()).isEqualTo(FrameFormat.Y4M);
        assertThat(config.frameTimeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(config.holdTime()).isEqualTo(Duration.ofSeconds(3));
        assertThat(config.framesPerSecondMax()).isEqualTo(10);
        assertThat(config.codePattern()).isEqualTo(CodePattern.BARE_CARD_NUMBER);
    }

    @Test
    void everySettingCanBeGiven() throws Exception {
        CodeReaderConfig config = read("""
                name: entry-camera
                command: [rpicam-vid]
                format: I420
                width: 1280
                height: 720
                strideBytes: 1280
                frameTimeout: PT10S
                holdTime: PT2S
                restartDelayMin: PT0.5S
                restartDelayMax: PT1M
                framesPerSecondMax: 5
                codePattern: 'card=(?<card>[0-9]{7})'
                """);
        assertThat(config)
                .isEqualTo(new CodeReaderConfig(
                        "entry-camera",
                        List.of("rpicam-vid"),
                        FrameFormat.I420,
                        1280,
                        720,
                        1280,
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(2),
                        Duration.ofMillis(500),
                        Duration.ofMinutes(1),
                        5,
                        "card=(?<card>[0-9]{7})"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{name: x} | command | as a list",
                "{command: []} | command | as a list",
                "{command: ['']} | command | as a list",
                "{command: [x], name: ' '} | name | leave it out",
                "{command: [x], width: 640} | width | remove them",
                "{command: [x], format: GRAY8} | height | give the values",
                "{command: [x], format: GRAY8, width: 640} | height | give the values",
                "{command: [x], format: GRAY8, width: 0, height: 480} | width | for example 1280 by 720",
                "{command: [x], format: I420, width: 100000, height: 100000} | width | for example 1280 by 720",
                "{command: [x], format: GRAY8, width: 640, height: 480, strideBytes: 639} | strideBytes | leave it out",
                "{command: [x], format: GRAY8, width: 640, height: 480, strideBytes: 2000000000} | strideBytes | leave it out",
                "{command: [x], frameTimeout: PT0S} | frameTimeout | for example PT5S",
                "{command: [x], holdTime: PT-1S} | holdTime | for example PT3S",
                "{command: [x], restartDelayMin: PT1M} | restartDelayMin | or less",
                "{command: [x], restartDelayMax: PT24H} | restartDelayMax | at most PT10M",
                "{command: [x], framesPerSecondMax: 0} | framesPerSecondMax | give 1 to 60",
                "{command: [x], codePattern: '[0-9]{7}'} | codePattern | add a group named card",
                "{command: [x], fps: 5} | fps | Known here",
                "{command: [x], format: MJPEG} | format | GRAY8",
            })
    void whatIsWrongIsNamedWithItsRemedy(String yaml, String key, String remedy) {
        assertThatThrownBy(() -> read(yaml))
                .isInstanceOf(ConfigFile.Invalid.class)
                .hasMessageContaining("\"" + key + "\"")
                .hasMessageContaining(remedy);
    }

    private CodeReaderConfig read(String yaml) throws ConfigFile.Invalid, IOException {
        return ConfigFile.read(Files.writeString(folder.resolve("camera.yaml"), yaml), CodeReaderConfig.class);
    }
}
