/** What the operating system knows: time. */
package portvakt.gate.adapter.os;
