/**
 * How a gate gets its identity over the network by a one-time code: the code, the pin in it, the sealed request and answer.
 * The protocol and what it withstands: {@code gate-firmware/docs/enrolment.md}.
 */
package portvakt.protocol.enrol;
