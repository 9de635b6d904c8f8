package portvakt.sim.world;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/** A thousand sites in which everything is refused and retried would be a hundred thousand lines, and half of the time. */
final class QuietLog implements BeforeAllCallback, AfterAllCallback {

    private final Logger ours = (Logger) LoggerFactory.getLogger("portvakt");
    private Level before;

    /** For JUnit. */
    QuietLog() {}

    @Override
    public void beforeAll(ExtensionContext context) {
        before = ours.getLevel();
        ours.setLevel(Level.OFF);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        ours.setLevel(before);
    }
}
