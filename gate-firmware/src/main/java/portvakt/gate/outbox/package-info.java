/** Which events are still to be sent. Pure: no I/O, clock or thread; time is an argument. */
package portvakt.gate.outbox;
