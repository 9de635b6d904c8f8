/**
 * Passes: signed codes for people who lawfully have no HSE card. What they are byte by byte: {@code docs/passes.md}. No clock and
 * no I/O.
 */
package portvakt.protocol.pass;
