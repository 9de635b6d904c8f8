/**
 * A site in one thread and in a time of its own: the real gates, server and lists on simulated disks, clocks, hardware and network, with
 * faults drawn from one seed. The same seed is the same run, on every machine.
 */
package portvakt.sim.world;
