/** Real processes: programs that tests, and whoever has no Raspberry Pi, start beside simulated hardware. */
package portvakt.sim.rig;
