package portvakt.server.web.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import portvakt.server.port.EntryLog;
import portvakt.server.port.EntryLog.Filter;
import portvakt.server.web.view.Texts.Language;

/** However long an export is, one page of it is held: the next one is pulled when the last has been written. */
class ExportRowsTest {

    /** Which writer. */
    enum Kind {
        XLSX,
        PDF;

        RowFile begin(OutputStream out) throws IOException {
            FileHead head = Rows.head(Language.EN, true);
            return this == XLSX ? new XlsxFile(out, head) : new PdfFile(out, head);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void pagesArePulledAsRowsAreWritten(Kind kind) throws IOException {
        long rows = kind == Kind.XLSX ? 200_000 : 10_000;
        Rows log = new Rows(rows);
        long[] bytes = {0};
        RowFile file = kind.begin(new OutputStream() {
            @Override
            public void write(int one) {
                bytes[0]++;
            }

            @Override
            public void write(byte[] some, int offset, int length) {
                bytes[0] += length;
            }
        });
        long[] written = {0};
        List<Long> bytesByTenth = new ArrayList<>();

        new ExportRows(log, Filter.NONE).each(row -> {
            assertThat(log.handedOut() - written[0])
                    .as("rows read and not yet written")
                    .isBetween(1L, (long) EntryLog.LIMIT_MAX);
            file.write(row);
            written[0]++;
            if (written[0] % (rows / 10) == 0) {
                bytesByTenth.add(bytes[0]);
            }
            return true;
        });
        file.finish();

        assertThat(written[0]).isEqualTo(rows);
        assertThat(log.cursors()).hasSize(Math.toIntExact(rows / EntryLog.LIMIT_MAX));
        // What is written leaves the writer: each tenth of the rows has brought bytes.
        assertThat(bytesByTenth).hasSize(10).isSorted().doesNotHaveDuplicates();
        assertThat(bytesByTenth.getLast()).isGreaterThan(bytes[0] * 8 / 10);
    }

    @Test
    void tellsHowFarItIs() throws IOException {
        List<Double> shares = new ArrayList<>();

        new ExportRows(new Rows(4_000), Filter.NONE).each(_ -> true, shares::add);

        assertThat(shares).containsExactly(0.25, 0.5, 0.75, 1.0);
    }

    @Test
    void countsNoFurtherThanItHasTo() throws IOException {
        Rows log = new Rows(100_000);

        assertThat(new ExportRows(log, Filter.NONE).count(2_500)).isEqualTo(2_500);
        assertThat(log.cursors()).hasSize(3);
        assertThat(new ExportRows(new Rows(2_499), Filter.NONE).count(2_500)).isEqualTo(2_499);
        assertThat(new ExportRows(new Rows(0), Filter.NONE).count(2_500)).isZero();
    }
}
