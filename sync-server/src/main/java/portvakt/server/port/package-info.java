/** What the server's parts need of each other, so that pages know no SQL and lists know no broker. */
package portvakt.server.port;
