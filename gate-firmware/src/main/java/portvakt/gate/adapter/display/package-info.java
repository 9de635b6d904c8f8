/**
 * What the gate tells the worker in front of it, as a page that the gate itself serves to the browser of a small screen: see
 * {@code docs/display.md}. {@link portvakt.gate.adapter.display.Screens} is pure and says what is shown;
 * {@link portvakt.gate.adapter.display.DisplayServer} brings it to the screen.
 */
package portvakt.gate.adapter.display;
