package portvakt.sim.demo;

import io.helidon.http.Status;

/** The workbench does not do what it was asked for; says why in the words of its bundle. */
final class Refusal extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient Status status;
    private final String key;
    private final transient Object[] arguments;

    /** @param key of the text, after {@code refused.} */
    Refusal(Status status, String key, Object... arguments) {
        super(key, null, false, false);
        this.status = status;
        this.key = key;
        this.arguments = arguments;
    }

    static Refusal badRequest(String key, Object... arguments) {
        return new Refusal(Status.BAD_REQUEST_400, key, arguments);
    }

    Status status() {
        return status;
    }

    String words(Words words) {
        return words.text("refused." + key, arguments);
    }
}
