package portvakt.gate.adapter.pcsc;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Which of the readers that PC/SC shows is ours. A device with several slots shows as several readers, whose names tell the slots
 * apart, pcsc-lite's in brackets: {@code ACS ACR1252 Dual Reader [ACR1252 Dual Reader PICC] 00 00} and {@code [… SAM] 01 00}. Pure.
 */
sealed interface ReaderChoice {

    /** What names of contactless slots have and those of contact slots have not. */
    Pattern CONTACTLESS = Pattern.compile(
            "PICC|Contactless|NFC|(?<![A-Z])CL(?![A-Z])|ACR122|uTrust 37|SCL37|OMNIKEY 502", Pattern.CASE_INSENSITIVE);

    /** A slot for a security module, in which a card lies for ever. Not {@code CL + SAM Reader}, a device that has such a slot too. */
    Pattern SECURITY_MODULE = Pattern.compile("(?<!\\+ )\\bSAM\\d?(?=$| Reader$| slot)", Pattern.CASE_INSENSITIVE);

    /** What pcsc-lite writes behind a name: serial number in round brackets, device and slot; or a bare number on other systems. */
    Pattern TAIL = Pattern.compile("(?: \\([^)]*\\))?(?: [0-9A-F]{1,2}){0,2}$");

    /** @param index into the list chosen from */
    record Chosen(int index) implements ReaderChoice {}

    /** @param detail plain English for the service technician */
    record None(String detail) implements ReaderChoice {}

    /**
     * @param names what PC/SC shows, in its order
     * @param part  a part of the wanted name; empty: the first slot that says it is contactless, or else the first that is not known
     *              to be something else
     */
    static ReaderChoice choose(List<String> names, String part) {
        if (names.isEmpty()) {
            return new None(
                    "PC/SC shows no reader. Check that one is plugged in, and that the kernel's pn533 driver is "
                            + "blacklisted if it is an ACR122U.");
        }
        if (part.isEmpty()) {
            return byItself(names);
        }
        List<Integer> fitting = IntStream.range(0, names.size())
                .filter(index -> names.get(index).contains(part))
                .boxed()
                .toList();
        return switch (fitting.size()) {
            case 1 -> new Chosen(fitting.getFirst());
            case 0 -> new None("No reader's name contains \"" + part + "\". PC/SC shows: " + quoted(names) + ".");
            default ->
                new None("\"" + part + "\" fits several readers. Set a longer part of one of these names: "
                        + quoted(fitting.stream().map(names::get).toList()) + ".");
        };
    }

    private static ReaderChoice byItself(List<String> names) {
        List<Integer> possible = IntStream.range(0, names.size())
                .filter(index -> !isSecurityModule(names.get(index)))
                .boxed()
                .toList();
        if (possible.isEmpty()) {
            return new None("PC/SC shows only slots for security modules: " + quoted(names)
                    + ". Plug in a contactless reader; if one of these is it, set \"readerName\".");
        }
        return new Chosen(possible.stream()
                .filter(index -> CONTACTLESS.matcher(slot(names.get(index))).find())
                .findFirst()
                .orElse(possible.getFirst()));
    }

    private static boolean isSecurityModule(String name) {
        return SECURITY_MODULE.matcher(slot(name)).find();
    }

    /** What a name says of the slot: what stands in square brackets, or else all of it. */
    private static String slot(String name) {
        int open = name.indexOf('[');
        int close = name.indexOf(']', open + 1);
        return open >= 0 && close > open
                ? name.substring(open + 1, close)
                : TAIL.matcher(name).replaceFirst("");
    }

    private static String quoted(List<String> names) {
        return "\"" + String.join("\", \"", names) + "\"";
    }
}
