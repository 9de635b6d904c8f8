package portvakt.server.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page shows a reader what they may see and can act on. */
class ConsolePageTest {

    @TempDir
    private Path folder;

    @Test
    void theUidOfAnUnknownCardStandsWhereAHolderWouldForThoseWhoMayEnrolIt() throws Exception {
        try (TestServer server = new TestServer(folder)) {
            server.row("AccessDenied", "north", 1, TestServer.NOW)
                    .reason("UNKNOWN_CARD")
                    .uid("04a1b2c3d4e5f6")
                    .commit();

            assertThat(server.get("/", "Cookie", server.session("kari", "site-manager"))
                            .body())
                    .contains("<p class=\"who\"><span class=\"card\">UID 04a1b2c3d4e5f6</span></p>");
            assertThat(server.get("/", "Cookie", server.session("vakt", "guard"))
                            .body())
                    .contains("row_bjorvika_north_1")
                    .doesNotContain("04a1b2c3d4e5f6");
        }
    }
}
