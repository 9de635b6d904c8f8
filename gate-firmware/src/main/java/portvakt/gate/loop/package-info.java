/** The imperative shell: one thread that takes what happens in order, asks the pure parts what to do, and does it. */
package portvakt.gate.loop;
