package portvakt.server.adapter.oidc;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads an ID token's claims. */
final class Claims {

    private static final int DISPLAY_CHARS_MAX = 200;
    private static final Pattern IDENTITY_NUMBER = Pattern.compile("[0-9]{11}");

    private Claims() {}

    /** The texts of a claim, be it one or a list; of one inside another if the name has dots and no claim is called so. */
    static List<String> values(Map<String, Object> claims, String name) {
        Object found = claims.get(name);
        if (found == null && name.contains(".")) {
            Object outer = claims.get(name.substring(0, name.indexOf('.')));
            return outer instanceof Map<?, ?> inner
                    ? values(texts(inner), name.substring(name.indexOf('.') + 1))
                    : List.of();
        }
        List<String> values = new ArrayList<>();
        for (Object value : found instanceof List<?> list ? list : found == null ? List.of() : List.of(found)) {
            if (value instanceof String text && !text.isBlank()) {
                values.add(text);
            }
        }
        return values;
    }

    private static Map<String, Object> texts(Map<?, ?> inner) {
        Map<String, Object> texts = new java.util.TreeMap<>();
        inner.forEach((key, value) -> texts.put(String.valueOf(key), value));
        return texts;
    }

    /** Eleven digits: a fødselsnummer or D-number, as far as that can be told. */
    static boolean isIdentityNumber(String text) {
        return IDENTITY_NUMBER.matcher(text).matches();
    }

    static boolean holdIdentityNumber(Map<String, Object> claims) {
        return claims.values().stream().anyMatch(Claims::isIdentityNumber);
    }

    private static boolean isIdentityNumber(Object value) {
        return switch (value) {
            case String text -> isIdentityNumber(text);
            case List<?> list -> list.stream().anyMatch(Claims::isIdentityNumber);
            case Map<?, ?> map -> map.values().stream().anyMatch(Claims::isIdentityNumber);
            case null, default -> false;
        };
    }

    static String shortened(String display) {
        return display.length() > DISPLAY_CHARS_MAX ? display.substring(0, DISPLAY_CHARS_MAX) : display;
    }
}
