/** What the operating system knows and does: time, warmth, and watching over this program. */
package portvakt.gate.adapter.os;
