/** How both programs read their settings. Not part of the wire; here because it is the one place that both may import. */
package portvakt.protocol.config;
