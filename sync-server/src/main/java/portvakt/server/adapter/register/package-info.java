/** What a central register sends: Security Event Tokens (RFC 8417), pushed over HTTP (RFC 8935). */
package portvakt.server.adapter.register;
