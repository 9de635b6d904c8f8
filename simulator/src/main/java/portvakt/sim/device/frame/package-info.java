/** The world in front of a gate's camera: codes on cards, drawn as the camera would see them, and video streams made of them. */
package portvakt.sim.device.frame;
