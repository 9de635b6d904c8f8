/**
 * The turnstile over GPIO lines, by Pi4J. The only package of the gate that may know Pi4J; see {@code docs/turnstile.md} for the
 * wiring, and for what happens to the arm when the program dies.
 */
package portvakt.gate.adapter.gpio;
