/** The way to the server, over MQTT 5 and TLS. */
package portvakt.gate.adapter.mqtt;
