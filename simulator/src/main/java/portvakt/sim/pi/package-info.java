/**
 * The gate's Debian package on an emulated Raspberry Pi: QEMU, Debian trixie for arm64, systemd, the kernel's GPIO interface, the PC/SC
 * daemon, and the real server beside it. What is real there and what is not: {@code docs/pi-test.md}.
 */
package portvakt.sim.pi;
