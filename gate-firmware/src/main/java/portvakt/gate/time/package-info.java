/** What time it is, and how far that is certain. Pure: no I/O, clock, thread, logger or framework. */
package portvakt.gate.time;
