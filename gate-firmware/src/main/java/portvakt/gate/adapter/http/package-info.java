/** The way to the server's web address, which only an enrolment takes. */
package portvakt.gate.adapter.http;
