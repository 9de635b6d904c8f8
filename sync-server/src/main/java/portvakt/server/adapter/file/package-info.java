/** Files that hold secrets. */
package portvakt.server.adapter.file;
