package portvakt.gate.adapter.gpio;

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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Pi4J's mock lines on the bench: inputs start at a chosen level, every state of an output is written down, and a line can fail. */
final class BenchLines implements AutoCloseable {

    /** One state that an output was put into, and by which thread. */
    record Put(int line, boolean high, Thread thread) {}

    final Set<Integer> failing = ConcurrentHashMap.newKeySet();
    final Set<Integer> unclaimable = ConcurrentHashMap.newKeySet();
    private final Map<Integer, DigitalState> levels = new ConcurrentHashMap<>();
    private final Map<Integer, MockDigitalInput> inputs = new ConcurrentHashMap<>();
    private final List<Put> puts = new CopyOnWriteArrayList<>();
    private final Context context = Pi4J.newContextBuilder()
            .noAutoDetect()
            .add(new Outputs(), new Inputs())
            .build();

    Context context() {
        return context;
    }

    void drive(int line, DigitalState level) {
        levels.put(line, level);
        MockDigitalInput input = inputs.get(line);
        if (input != null) {
            input.mockState(level);
        }
    }

    /** Changes the level without an edge, as when an event was lost. */
    void driveSilently(int line, DigitalState level) {
        levels.put(line, level);
    }

    List<Put> puts(int line) {
        return puts.stream().filter(put -> put.line() == line).toList();
    }

    boolean isHigh(int line) {
        return puts(line).getLast().high();
    }

    boolean isClaimed(int line) {
        return context.registry().all().values().stream()
                .anyMatch(io -> io instanceof DigitalOutput output && output.address() == line
                        || io instanceof DigitalInput input && input.address() == line);
    }

    @Override
    public void close() {
        context.shutdown();
    }

    private final class Inputs extends MockDigitalInputProviderImpl {
        @Override
        public DigitalInput create(DigitalInputConfig config) {
            MockDigitalInput input = new MockDigitalInput(this, config) {
                @Override
                public DigitalState state() {
                    return levels.getOrDefault(config.address(), DigitalState.LOW);
                }
            };
            context.registry().add(input.mockState(levels.getOrDefault(config.address(), DigitalState.LOW)));
            inputs.put(config.address(), input);
            return input;
        }
    }

    private final class Outputs extends MockDigitalOutputProviderImpl {
        @Override
        public DigitalOutput create(DigitalOutputConfig config) {
            if (unclaimable.contains(config.address())) {
                throw new IllegalStateException("Device or resource busy");
            }
            DigitalOutput output = new Output(this, config);
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
            if (failing.contains(config().address())) {
                throw new IOException("no such device");
            }
            puts.add(new Put(config().address(), newState.isHigh(), Thread.currentThread()));
            return super.state(newState);
        }
    }
}
