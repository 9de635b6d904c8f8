/** What becomes of gates' journals when server and broker are away for long, or die again and again. */
package portvakt.sim.outage;
