/** Pure: what an event of a gate says, whether it fits the gate's chain, and who is on site by it. */
package portvakt.server.log;
