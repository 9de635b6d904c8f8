package portvakt.gate.adapter.http;

import java.util.Optional;

/** What the words of a server's refusal mean to whoever stands at the gate, and what to do. Pure. */
final class Refusals {

    private static final String NEW_CODE = " Make a new code on the console, on the page of the site's gates.";

    private Refusals() {}

    /** @param waitSeconds what the server asks to wait */
    static String told(String kind, Optional<String> waitSeconds) {
        return switch (kind) {
            case "unknown" -> "The server knows no such code. Check that it is for this server." + NEW_CODE;
            case "expired" -> "The code's time is over." + NEW_CODE;
            case "used" ->
                "The code was used already, and counts once. If it was not you who used it, somebody else has this gate's"
                        + " identity: cut the gate off on the console." + NEW_CODE;
            case "withdrawn" -> "The code was withdrawn, or a newer one was made for this gate: take that one.";
            case "tried-out" ->
                "The code counts no more, since wrong ones that begin like it were tried too often." + NEW_CODE;
            case "other-gate" ->
                "The code is another gate's than the settings name (site and gate). Set them to the gate that the code is for,"
                        + " or make a code for the gate that they name; or give --identity FOLDER to leave the settings aside.";
            case "cut-off" ->
                "The server does not take this gate's certificate any more: it was cut off, or another computer has its"
                        + " identity now." + NEW_CODE;
            case "certificate-over" -> "This gate's certificate has ended, so it cannot renew it by itself." + NEW_CODE;
            case "too-many-tries" ->
                "Too many tries from this address have failed. Wait "
                        + waitSeconds.map(seconds -> seconds + " seconds").orElse("ten minutes") + " and try again.";
            default ->
                "The server did not understand the request (" + kind
                        + "). Bring gate and server to the same version, and try again.";
        };
    }
}
