package portvakt.gate.port;

/** What a {@link Turnstile} has to say; already debounced. */
public sealed interface TurnstileSignal {

    /** One person went through. */
    record ArmTurned() implements TurnstileSignal {}

    /** The request-to-exit button was pressed. */
    record RequestToExit() implements TurnstileSignal {}

    /** The fire alarm's contact changed; sent at start too when it is active then. */
    record Fire(boolean active) implements TurnstileSignal {}

    /** @param detail plain English for the service technician */
    record Fault(String detail) implements TurnstileSignal {}
}
