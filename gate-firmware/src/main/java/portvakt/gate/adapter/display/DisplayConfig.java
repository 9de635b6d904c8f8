package portvakt.gate.adapter.display;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Settings of the page that the gate shows to those in front of it; read from YAML under these names. All but {@code port} have
 * defaults.
 *
 * @param port      TCP port to listen at
 * @param address   IP address to listen at; default {@code 127.0.0.1}, the gate's own computer
 * @param languages shown one under the other, at most {@value #LANGUAGES_MAX}; default {@code nb} and {@code en}
 * @param title     what the gate is called on the page; absent: its name
 * @param showName  whether the holder's name stands beside a grant, where a chip tells it; default false: whoever stands by can
 *                  read it
 */
public record DisplayConfig(
        Integer port, String address, List<String> languages, Optional<String> title, Boolean showName) {

    static final int LANGUAGES_MAX = 3;
    private static final int PORT_MAX = 65_535;
    private static final int TITLE_CHARS_MAX = 30;

    /** No name of a host: whoever answers for names could move the page to another machine. */
    private static final Pattern IP_ADDRESS =
            Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

    /** @throws IllegalArgumentException naming the setting and what would be right */
    public DisplayConfig {
        require(
                port != null && port >= 1 && port <= PORT_MAX,
                "\"port\" is " + (port == null ? "missing" : port) + ": give a free TCP port, for example 8090");
        address = address == null ? "127.0.0.1" : address;
        require(
                isIpAddress(address),
                "\"address\" is " + address
                        + ": give an IP address of this computer, or leave it out for 127.0.0.1, which only this computer reaches");
        languages = languages == null ? List.of("nb", "en") : List.copyOf(languages);
        for (String language : languages) {
            require(
                    Texts.LANGUAGES.contains(language),
                    "\"languages\" has " + language + ": known are " + String.join(", ", Texts.LANGUAGES));
        }
        require(
                !languages.isEmpty()
                        && languages.size() <= LANGUAGES_MAX
                        && new TreeSet<>(languages).size() == languages.size(),
                "\"languages\" is " + languages + ": give one to " + LANGUAGES_MAX
                        + " different ones, for example [nb, pl]");
        title = title == null ? Optional.empty() : title;
        showName = showName != null && showName;
        title.ifPresent(given -> require(
                !given.isBlank() && given.length() <= TITLE_CHARS_MAX,
                "\"title\" is \"" + given + "\": give 1 to " + TITLE_CHARS_MAX
                        + " characters, or leave it out for the gate's name"));
    }

    /** At this port of this computer, everything else at its default. */
    public static DisplayConfig at(int port) {
        return new DisplayConfig(port, null, null, null, false);
    }

    private static boolean isIpAddress(String text) {
        if (!IP_ADDRESS.matcher(text).matches()) {
            return false;
        }
        try {
            InetAddress.ofLiteral(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
