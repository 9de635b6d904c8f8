/** Watches how the lists spread. */
package portvakt.server.adapter.spread;
