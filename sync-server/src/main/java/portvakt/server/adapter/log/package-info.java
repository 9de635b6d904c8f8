/** What looks after the entry log by itself. */
package portvakt.server.adapter.log;
