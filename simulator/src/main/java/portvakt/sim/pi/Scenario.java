package portvakt.sim.pi;

import java.io.IOException;

/**
 * One thing that the gate on the Pi has to do.
 *
 * @param name  for {@code --only} and the report
 * @param claim what is proved when it passes
 * @param act   does it; what it returns is the figure of the report
 */
record Scenario(String name, String claim, Act act) {

    /** @throws FailedException if the gate did not do it */
    @FunctionalInterface
    interface Act {
        String run(PiGate gate) throws IOException, InterruptedException;
    }
}
