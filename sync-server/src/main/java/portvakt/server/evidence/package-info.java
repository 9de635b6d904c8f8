/**
 * The proof that a gate's log is what the gate wrote: seals, and the file that an auditor takes along. Needs no database, no broker
 * and no network.
 */
package portvakt.server.evidence;
