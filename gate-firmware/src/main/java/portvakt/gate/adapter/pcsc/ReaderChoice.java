package portvakt.gate.adapter.pcsc;

import java.util.List;
import java.util.stream.IntStream;

/** Which of the readers that PC/SC shows is ours. Pure. */
sealed interface ReaderChoice {

    /** @param index into the list chosen from */
    record Chosen(int index) implements ReaderChoice {}

    /** @param detail plain English for the service technician */
    record None(String detail) implements ReaderChoice {}

    /**
     * @param names what PC/SC shows, in its order
     * @param part  a part of the wanted name; empty for the first reader
     */
    static ReaderChoice choose(List<String> names, String part) {
        if (names.isEmpty()) {
            return new None(
                    "PC/SC shows no reader. Check that one is plugged in, and that the kernel's pn533 driver is "
                            + "blacklisted if it is an ACR122U.");
        }
        if (part.isEmpty()) {
            return new Chosen(0);
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

    private static String quoted(List<String> names) {
        return "\"" + String.join("\", \"", names) + "\"";
    }
}
