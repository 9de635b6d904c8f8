package portvakt.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import portvakt.tidy.Tidy;

/** The simulator's sources keep the house rules; all of it plays the world, so it may ask for time, chance and sleep. */
class TidyTest {

    @Test
    void theSourcesAreTidy() throws IOException {
        assertThat(Tidy.untidy(Path.of("src/main/java"), _ -> true)).isEmpty();
    }
}
