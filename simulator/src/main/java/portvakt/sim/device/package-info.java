/**
 * Devices that stand in for real ones. Real time, real threads: these are for real gate processes; the deterministic world has
 * ports of its own.
 */
package portvakt.sim.device;
