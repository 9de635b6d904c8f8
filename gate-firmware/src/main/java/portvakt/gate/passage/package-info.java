/** What becomes of a grant: the passage state machine. Pure: no I/O, clock, thread or logger; time is an argument. */
package portvakt.gate.passage;
