/** The entry log as files: how rows become a workbook or a document, and the work that makes large ones. Knows no HTTP. */
package portvakt.server.web.export;
