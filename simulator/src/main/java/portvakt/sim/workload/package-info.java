/** The people of a world: who comes, what they do at a gate, and where they are in truth. */
package portvakt.sim.workload;
