/**
 * The camera that reads codes: gray frames from the standard output of any command, decoded here. The only package of the gate
 * that knows a decoder's library; it needs neither a window system nor native code.
 *
 * <p>Two threads per camera: one drains the pipe and keeps the newest frame only ({@link portvakt.gate.adapter.qr.CameraProcess}),
 * one decodes, supervises and signals ({@link portvakt.gate.adapter.qr.CodeReader}). {@code docs/cameras.md} has the commands.
 */
package portvakt.gate.adapter.qr;
