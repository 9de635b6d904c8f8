/** The central register, played: it issues, suspends, revokes and reinstates cards and pushes signed tokens. */
package portvakt.sim.register;
