package portvakt.sim.device;

import java.time.Instant;

/**
 * The relay was switched.
 *
 * @param on    energised: the arm is released
 * @param nanos the same moment on {@code System.nanoTime()}, for durations
 */
public record RelayChange(boolean on, Instant at, long nanos) {}
