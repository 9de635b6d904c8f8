package portvakt.gate.adapter.qr;

import java.io.IOException;

/** The camera's command wrote something that is not the configured format. The message names what was found and the remedy. */
final class MalformedStreamException extends IOException {
    private static final long serialVersionUID = 1L;

    MalformedStreamException(String message) {
        super(message);
    }
}
