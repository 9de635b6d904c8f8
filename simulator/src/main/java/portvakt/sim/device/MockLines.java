package portvakt.sim.device;

import com.pi4j.Pi4J;
import com.pi4j.context.Context;
import com.pi4j.io.exception.IOException;
import com.pi4j.io.gpio.digital.DigitalInput;
import com.pi4j.io.gpio.digital.DigitalInputConfig;
import com.pi4j.io.gpio.digital.DigitalOutput;
import com.pi4j.io.gpio.digital.DigitalOutputConfig;
import com.pi4j.io.gpio.digital.DigitalOutputProvider;
import com.pi4j.io.gpio.digital.DigitalState;
import com.pi4j.plugin.mock.provider.gpio.digital.MockDigitalInput;
import com.pi4j.plugin.mock.provider.gpio.digital.MockDigitalInputProviderImpl;
import com.pi4j.plugin.mock.provider.gpio.digital.MockDigitalOutput;
import com.pi4j.plugin.mock.provider.gpio.digital.MockDigitalOutputProviderImpl;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Lines inside this process, over Pi4J's mock providers, with what the mock lacks: an input has its driven level from the moment
 * it is claimed (the mock starts LOW whatever the pull), and an output can fail.
 */
public final class MockLines implements Lines, AutoCloseable {

    private final Map<Integer, Boolean> driven = new ConcurrentSkipListMap<>();
    private final Map<Integer, MockDigitalInput> inputs = new ConcurrentSkipListMap<>();
    private final Set<Integer> failing = new ConcurrentSkipListSet<>();
    private final List<OutputListener> listeners = new CopyOnWriteArrayList<>();
    private final Context context;

    public MockLines() {
        context = Pi4J.newContextBuilder()
                .noAutoDetect()
                .disableShutdownHook()
                .add(new Outputs(), new Inputs())
                .build();
    }

    /** For the gate's adapter. Stays open until {@link #close()}; a second adapter may use it when the first has closed. */
    public Context context() {
        return context;
    }

    @Override
    public void drive(int line, boolean high) {
        synchronized (inputs) {
            driven.put(line, high);
            MockDigitalInput input = inputs.get(line);
            if (input != null) {
                input.mockState(state(high));
            }
        }
    }

    @Override
    public void addOutputListener(OutputListener listener) {
        listeners.add(listener);
    }

    /** From now on (or no longer) setting this output is an error, as when a chip's driver is gone. */
    public void fail(int line, boolean fails) {
        if (fails) {
            failing.add(line);
        } else {
            failing.remove(line);
        }
    }

    @Override
    public void close() {
        context.shutdown();
    }

    private static DigitalState state(boolean high) {
        return high ? DigitalState.HIGH : DigitalState.LOW;
    }

    private final class Inputs extends MockDigitalInputProviderImpl {
        @Override
        public DigitalInput create(DigitalInputConfig config) {
            MockDigitalInput input = new MockDigitalInput(this, config);
            synchronized (inputs) {
                input.mockState(state(driven.getOrDefault(config.address(), false)));
                context.registry().add(input);
                inputs.put(config.address(), input);
            }
            return input;
        }
    }

    private final class Outputs extends MockDigitalOutputProviderImpl {
        @Override
        public DigitalOutput create(DigitalOutputConfig config) {
            Output output = new Output(this, config);
            context.registry().add(output);
            return output;
        }
    }

    private final class Output extends MockDigitalOutput {
        Output(DigitalOutputProvider provider, DigitalOutputConfig config) {
            super(provider, config);
        }

        @Override
        public DigitalOutput state(DigitalState newState) throws IOException {
            int line = config().address();
            if (failing.contains(line)) {
                throw new IOException("the simulated chip fails");
            }
            if (!state().equals(newState)) {
                // Before the mock takes it: if a listener fails, the state is unchanged, and the next try is told
                // again.
                listeners.forEach(listener -> listener.outputChanged(line, newState.isHigh()));
            }
            super.state(newState);
            return this;
        }
    }
}
