/**
 * Devices that are not there: cards in the field of a virtual reader, the daemon that real readers hang on, a turnstile, a GPIO
 * chip. They stand in at the seam where the real one would be connected, so that everything on this side of it is the real thing.
 */
package portvakt.sim.device;
