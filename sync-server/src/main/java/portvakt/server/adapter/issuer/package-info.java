/** Issues the card status lists: signs them, commits them, publishes them, in this order. */
package portvakt.server.adapter.issuer;
