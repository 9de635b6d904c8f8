/** The server's own certificate authority: who is a gate of this server, and that this is the server. */
package portvakt.server.adapter.pki;
