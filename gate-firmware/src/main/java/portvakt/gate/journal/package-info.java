/** The event journal's file format and how it survives power cuts, full disks and failing syncs. */
package portvakt.gate.journal;
