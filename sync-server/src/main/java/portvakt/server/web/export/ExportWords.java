package portvakt.server.web.export;

import java.util.Optional;
import portvakt.server.web.view.ExportView;
import portvakt.server.web.view.Texts;

/** How an export is, in words. */
public final class ExportWords {

    private static final long KIB = 1024;
    private static final long MIB = KIB * KIB;

    private ExportWords() {}

    /** @param formToken for the form that cancels it */
    public static ExportView of(ExportJobs.Export job, Texts texts, String formToken) {
        View view = view(job.state(), texts);
        return new ExportView(
                texts,
                "export-" + job.id(),
                view.state,
                job.order().label(),
                view.figures,
                view.figures,
                view.value,
                view.max,
                "/exports/" + job.id(),
                view.download,
                view.cancel,
                formToken);
    }

    /** An export that was not begun. @param why in plain words */
    public static ExportView refused(Texts texts, String why) {
        return new ExportView(
                texts, "", "failed", "", why, why, Optional.empty(), 1, "", Optional.empty(), Optional.empty(), "");
    }

    private record View(
            String state,
            String figures,
            Optional<Long> value,
            long max,
            Optional<String> download,
            Optional<String> cancel) {

        static View end(String state, String figures) {
            return new View(state, figures, Optional.empty(), 1, Optional.empty(), Optional.empty());
        }
    }

    private static View view(ExportState state, Texts texts) {
        return switch (state) {
            case ExportState.Running(long rows, long expected, boolean counted) -> {
                String key = rows == 0 ? "reading" : expected == 0 ? "some" : counted ? "of" : "of-about";
                yield new View(
                        "running",
                        texts.text("export.running." + key, rows, counted ? expected : rounded(expected)),
                        expected == 0 ? Optional.empty() : Optional.of(rows),
                        Math.max(1, expected),
                        Optional.empty(),
                        Optional.of(texts.text("export.cancel")));
            }
            case ExportState.Ready(long rows, long bytes) ->
                new View(
                        "ready",
                        texts.text("export.ready", rows),
                        Optional.empty(),
                        1,
                        Optional.of(texts.text("export.download", size(texts, bytes))),
                        Optional.of(texts.text("export.discard")));
            case ExportState.Taken _ -> View.end("over", texts.text("export.taken"));
            case ExportState.Cancelled _ -> View.end("over", texts.text("export.cancelled"));
            case ExportState.Expired _ -> View.end("over", texts.text("export.expired"));
            case ExportState.Failed(ExportState.Fault fault, long rowsMax) ->
                View.end("failed", texts.text("export.failed." + fault, rowsMax));
        };
    }

    /** An estimate with more than two digits that count would pretend to be a count. */
    private static long rounded(long estimate) {
        long unit = 1;
        while (estimate / unit >= 100) {
            unit *= 10;
        }
        return (estimate + unit / 2) / unit * unit;
    }

    private static String size(Texts texts, long bytes) {
        return bytes < MIB
                ? texts.text("export.size.kb", Math.max(1, Math.ceilDiv(bytes, KIB)))
                : texts.text("export.size.mb", (double) bytes / MIB);
    }
}
