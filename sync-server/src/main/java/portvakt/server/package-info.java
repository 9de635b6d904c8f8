/** The sync server: its settings, its wiring, its command line. */
package portvakt.server;
