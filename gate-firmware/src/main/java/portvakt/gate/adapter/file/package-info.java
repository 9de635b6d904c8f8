/** The gate's disk as a folder of files. */
package portvakt.gate.adapter.file;
