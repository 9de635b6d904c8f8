/** What becomes of gates' journals when server and broker are away for long, or die again and again; and of pages when many look on. */
package portvakt.sim.outage;
