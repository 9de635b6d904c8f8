package portvakt.server.web.export;

/** How far an export is. */
public sealed interface ExportState {

    /** @param rows written @param expected how many there are in all; 0: not known yet @param counted else that is an estimate */
    record Running(long rows, long expected, boolean counted) implements ExportState {}

    /** It can be downloaded. */
    record Ready(long rows, long bytes) implements ExportState {}

    /** It has been downloaded, and is gone from here. */
    record Taken() implements ExportState {}

    record Cancelled() implements ExportState {}

    /** @param rowsMax what a file of that kind holds, where that is the fault */
    record Failed(Fault fault, long rowsMax) implements ExportState {}

    /** Nobody fetched it in time, and it is gone from here. */
    record Expired() implements ExportState {}

    /** Why there is no file. */
    enum Fault {
        TOO_MANY_ROWS,
        DISK_FULL,
        SERVER
    }
}
