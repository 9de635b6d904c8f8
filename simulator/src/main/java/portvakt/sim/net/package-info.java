/** The network between simulated devices and the server: what can be pulled out of it. */
package portvakt.sim.net;
