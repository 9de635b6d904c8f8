/** A whole construction site in one process: the real server, the real gates on simulated devices, the register. */
package portvakt.sim.site;
