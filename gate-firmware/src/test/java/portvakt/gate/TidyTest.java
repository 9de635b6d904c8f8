package portvakt.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import portvakt.tidy.Tidy;

/** The gate's sources keep the house rules; only adapters and the command line ask for time, chance and sleep. */
class TidyTest {

    @Test
    void theSourcesAreTidy() throws IOException {
        assertThat(Tidy.untidy(
                        Path.of("src/main/java"),
                        name -> name.startsWith("portvakt/gate/adapter/")
                                || name.equals("portvakt/gate/Commands.java")))
                .isEmpty();
    }
}
