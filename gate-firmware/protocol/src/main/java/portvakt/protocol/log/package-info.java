/** How both programs log. */
package portvakt.protocol.log;
