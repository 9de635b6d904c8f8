/**
 * The server's HTTP side, on Helidon SE: the register's push endpoint, the JSON API, health and metrics, and the console's
 * pages. Knows the ports alone; every request has a virtual thread of its own, so waiting is cheap.
 */
package portvakt.server.web;
