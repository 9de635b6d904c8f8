/** How a gate gets its identity from its server, by a one-time code or by the identity that it has: {@code docs/enrolment.md}. */
package portvakt.gate.enrol;
