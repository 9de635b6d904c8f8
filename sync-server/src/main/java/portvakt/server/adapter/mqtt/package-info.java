/** The MQTT side: a broker in this process, and the server's own client of it or of any other broker. */
package portvakt.server.adapter.mqtt;
