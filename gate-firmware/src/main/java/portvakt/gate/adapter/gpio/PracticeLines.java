package portvakt.gate.adapter.gpio;

import com.pi4j.Pi4J;
import com.pi4j.context.Context;
import com.pi4j.plugin.mock.provider.gpio.digital.MockDigitalInputProvider;
import com.pi4j.plugin.mock.provider.gpio.digital.MockDigitalOutputProvider;
import portvakt.gate.port.Turnstile;

/** Lines that are no lines, for whoever wants to know how a turnstile starts, and has no board or must not touch it. */
public final class PracticeLines {

    private PracticeLines() {}

    /** A turnstile of which nothing moves; its lock command is real. */
    public static Turnstile turnstile(TurnstileConfig config) {
        Context context = Pi4J.newContextBuilder()
                .noAutoDetect()
                .disableShutdownHook()
                .add(MockDigitalOutputProvider.newInstance(), MockDigitalInputProvider.newInstance())
                .build();
        return new GuardedTurnstile(context, config);
    }
}
