package portvakt.protocol.list;

/** A list, or part of one, that is not what it says it is. Nothing of it may be kept or used. */
public final class MalformedListException extends Exception {
    private static final long serialVersionUID = 1L;

    public MalformedListException(String message) {
        super(message);
    }
}
