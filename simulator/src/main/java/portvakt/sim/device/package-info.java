/**
 * Stand-ins for what a gate is wired to. Cards are simulated; the PC/SC daemon and the reader driver that they are shown to are
 * the real ones of Debian ({@code pcscd}, {@code vsmartcard-vpcd}).
 */
package portvakt.sim.device;
