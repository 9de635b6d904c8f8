/** Fakes of the gate's ports, behind the same seams as the devices. */
package portvakt.gate.testing;
