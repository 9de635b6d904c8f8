/** How fast a change spreads: the real server, and a fleet of gates that are only what matters to it. */
package portvakt.sim.fleet;
