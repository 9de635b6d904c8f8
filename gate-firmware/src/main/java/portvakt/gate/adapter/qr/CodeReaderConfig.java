package portvakt.gate.adapter.qr;

import java.time.Duration;
import java.util.List;

/**
 * Settings of one camera; read from YAML under these names. All but {@code command} have defaults.
 *
 * @param name               the reader's name in events and logs
 * @param command            the program that writes frames to its standard output, and its arguments, each an item of its own;
 *                           no shell takes part
 * @param format             what it writes; default {@code Y4M}
 * @param width              pixels a row; raw formats only, where it has no default
 * @param height             rows; raw formats only, where it has no default
 * @param strideBytes        bytes from one row to the next, where rows are padded; raw formats only, default {@code width}
 * @param frameTimeout       without a frame for so long the command is killed and started again; default 5 s
 * @param holdTime           a code is presented anew only when it has not been seen for so long; default 3 s
 * @param restartDelayMin    the first wait before a new start; default 1 s
 * @param restartDelayMax    the wait doubles up to this, until the camera has worked for as long; default 30 s
 * @param framesPerSecondMax at most so many frames are decoded in a second; default 10
 * @param codePattern        what a code's text has to be ({@link CodePattern}); default: a bare card number of seven digits
 */
public record CodeReaderConfig(
        String name,
        List<String> command,
        FrameFormat format,
        Integer width,
        Integer height,
        Integer strideBytes,
        Duration frameTimeout,
        Duration holdTime,
        Duration restartDelayMin,
        Duration restartDelayMax,
        Integer framesPerSecondMax,
        String codePattern) {

    private static final Duration DURATION_MAX = Duration.ofMinutes(10);
    private static final int FRAMES_PER_SECOND_LIMIT = 60;

    /** @throws IllegalArgumentException naming the setting and what would be right */
    public CodeReaderConfig {
        name = name == null ? "camera" : name;
        require(!name.isBlank(), "\"name\" is empty: leave it out (camera), or give the reader a name");
        require(
                command != null
                        && !command.isEmpty()
                        && command.stream().noneMatch(part -> part == null)
                        && !command.getFirst().isBlank(),
                "\"command\" is missing: give the camera's program and its arguments as a list, for example"
                        + " [rpicam-vid, -t, \"0\", …]");
        command = List.copyOf(command);
        format = format == null ? FrameFormat.Y4M : format;
        if (format == FrameFormat.Y4M) {
            require(
                    width == null && height == null && strideBytes == null,
                    "\"width\", \"height\" and \"strideBytes\" go with a raw format only: the format Y4M says its own size;"
                            + " remove them");
        } else {
            require(
                    width != null && height != null,
                    "\"width\" and \"height\" are missing: the format " + format
                            + " does not say its own size; give the" + " values that the command was given");
            require(
                    width >= 1 && height >= 1 && (long) width * height <= GrayFrame.PIXELS_MAX,
                    "\"width\" and \"height\" are " + width + " by " + height + ": at most " + GrayFrame.PIXELS_MAX
                            + " pixels are accepted, for example 1280 by 720");
            strideBytes = strideBytes == null ? width : strideBytes;
            require(
                    strideBytes >= width && strideBytes <= 2 * (long) GrayFrame.PIXELS_MAX / height + 4096,
                    "\"strideBytes\" is " + strideBytes + ": a row has at least \"width\" (" + width
                            + ") bytes and a little padding; leave it out if rows are not padded");
        }
        frameTimeout = duration("frameTimeout", frameTimeout, Duration.ofSeconds(5));
        holdTime = duration("holdTime", holdTime, Duration.ofSeconds(3));
        restartDelayMin = duration("restartDelayMin", restartDelayMin, Duration.ofSeconds(1));
        restartDelayMax = duration("restartDelayMax", restartDelayMax, Duration.ofSeconds(30));
        require(
                restartDelayMin.compareTo(restartDelayMax) <= 0,
                "\"restartDelayMin\" is longer than \"restartDelayMax\": make it " + restartDelayMax + " or less");
        framesPerSecondMax = framesPerSecondMax == null ? 10 : framesPerSecondMax;
        require(
                framesPerSecondMax >= 1 && framesPerSecondMax <= FRAMES_PER_SECOND_LIMIT,
                "\"framesPerSecondMax\" is " + framesPerSecondMax + ": give 1 to " + FRAMES_PER_SECOND_LIMIT);
        codePattern = codePattern == null ? CodePattern.BARE_CARD_NUMBER : codePattern;
        CodePattern.compile(codePattern);
    }

    /** A camera whose command writes YUV4MPEG2, everything else at its default. */
    public static CodeReaderConfig of(List<String> command) {
        return new CodeReaderConfig(null, command, null, null, null, null, null, null, null, null, null, null);
    }

    private static Duration duration(String key, Duration value, Duration fallback) {
        Duration duration = value == null ? fallback : value;
        require(
                duration.isPositive() && duration.compareTo(DURATION_MAX) <= 0,
                "\"" + key + "\" is " + duration + ": give more than zero and at most " + DURATION_MAX
                        + ", for example " + fallback);
        return duration;
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
