/** The way to the broker, walked step by step for whoever asks why a gate is not online. */
package portvakt.gate.adapter.net;
