/** A gate's events: how they are chained, so that a missing, doubled or edited one shows. */
package portvakt.protocol.event;
