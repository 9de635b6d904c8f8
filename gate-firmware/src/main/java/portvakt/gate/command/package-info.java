/** What the gate's program can be told to do on the command line: one class a subcommand. */
package portvakt.gate.command;
