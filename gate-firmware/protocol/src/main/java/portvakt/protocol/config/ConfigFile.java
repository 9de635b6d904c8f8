package portvakt.protocol.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Reads a program's settings from a YAML file into a record, strictly: an unknown or repeated key, a wrong type or a value that
 * the record refuses is an error that names the file, the line, the key and what would be right. Durations are written as
 * ISO 8601 ({@code PT3S}).
 */
public final class ConfigFile {

    private static final ObjectMapper YAML = YAMLMapper.builder()
            .addModule(new JavaTimeModule())
            .addModule(new Jdk8Module())
            .enable(com.fasterxml.jackson.core.StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .withCoercionConfig(
                    LogicalType.Boolean, config -> config.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail))
            .build();

    private ConfigFile() {}

    /** Settings that cannot be used. The message is for the installer and complete. */
    public static final class Invalid extends Exception {
        private static final long serialVersionUID = 1L;

        public Invalid(String message) {
            super(message);
        }
    }

    /** @throws Invalid if the file cannot be read, or is not exactly what {@code type} asks for */
    public static <T> T read(Path file, Class<T> type) throws Invalid {
        String text;
        try {
            text = Files.readString(file);
        } catch (IOException e) {
            throw new Invalid(
                    file + ": cannot be read (" + e.getClass().getSimpleName() + "). Check the path and its rights.");
        }
        try {
            T settings = YAML.readValue(text, type);
            if (settings == null) {
                throw new Invalid(file + ": is empty. Every setting without a default must be given.");
            }
            return settings;
        } catch (UnrecognizedPropertyException e) {
            throw new Invalid(keyPlace(file, text, e) + ": there is no setting \"" + path(e) + "\". Known here: "
                    + e.getKnownPropertyIds().stream()
                            .map(Object::toString)
                            .sorted()
                            .collect(Collectors.joining(", "))
                    + ".");
        } catch (JsonMappingException e) {
            Throwable cause = e.getCause() instanceof IllegalArgumentException refused ? refused : e;
            String what = cause == e ? e.getOriginalMessage() : cause.getMessage();
            if (what.startsWith("Cannot map `null`")) {
                what = "is missing; it has no default";
            }
            throw new Invalid(place(file, e) + ": " + (path(e).isEmpty() ? "" : "\"" + path(e) + "\": ") + what);
        } catch (JsonProcessingException e) {
            throw new Invalid(place(file, e) + ": " + e.getOriginalMessage());
        }
    }

    /** The exception's own location is behind the value, so often on a later line than the key. */
    private static String keyPlace(Path file, String text, UnrecognizedPropertyException e) {
        List<String> lines = text.lines().toList();
        int reported = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
        for (int line = Math.min(reported, lines.size()); line > 0; line--) {
            if (lines.get(line - 1).strip().startsWith(e.getPropertyName() + ":")) {
                return file + ":" + line;
            }
        }
        return place(file, e);
    }

    private static String place(Path file, JsonProcessingException e) {
        return e.getLocation() == null || e.getLocation().getLineNr() < 1
                ? file.toString()
                : file + ":" + e.getLocation().getLineNr();
    }

    private static String path(JsonMappingException e) {
        return e.getPath().stream()
                .map(reference ->
                        reference.getFieldName() == null ? "[" + reference.getIndex() + "]" : reference.getFieldName())
                .collect(Collectors.joining("."))
                .replace(".[", "[");
    }
}
