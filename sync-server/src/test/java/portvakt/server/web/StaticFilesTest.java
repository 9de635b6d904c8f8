package portvakt.server.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StaticFilesTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gzip|true",
                "gzip, deflate, br|true",
                "br;q=1.0, GZIP;q=0.8|true",
                "gzip; q=1|true",
                "gzip;q=0|false",
                "gzip;q=0.000|false",
                "br, deflate|false",
                "identity|false",
                "x-gzip2|false",
            })
    void packsForThoseWhoTakeIt(String header, boolean packed) {
        assertThat(StaticFiles.takesGzip(header)).isEqualTo(packed);
    }

    @Test
    void isTheSameFilePackedOrNot(@TempDir Path folder) throws Exception {
        try (TestServer server = new TestServer(folder)) {
            HttpResponse<String> plain = server.get("/static/console.css");
            HttpResponse<byte[]> packed = server.client.send(
                    server.request("/static/console.css")
                            .header("Accept-Encoding", "gzip, br")
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());

            assertThat(plain.headers().firstValue("Content-Encoding")).isEmpty();
            assertThat(packed.headers().firstValue("Content-Encoding")).contains("gzip");
            assertThat(packed.headers().firstValue("Vary")).contains("Accept-Encoding");
            try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(packed.body()))) {
                assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                        .isEqualTo(plain.body());
            }
            assertThat(packed.body().length).isLessThan(plain.body().length() / 3);
        }
    }
}
