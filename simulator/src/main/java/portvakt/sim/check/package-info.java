/** What looks at a world and says when something is wrong: after every event, and at the end, when all faults have stopped. */
package portvakt.sim.check;
