/**
 * One connection to an MQTT 5 broker that outlives broker and network, for both sides. The only package besides
 * {@code portvakt.protocol.Topics} that speaks MQTT's words.
 */
package portvakt.protocol.mqtt;
