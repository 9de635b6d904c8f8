/** The decision who may pass. Pure: no I/O, clock, thread, logger or framework, and nothing but {@code portvakt.protocol}. */
package portvakt.gate.access;
