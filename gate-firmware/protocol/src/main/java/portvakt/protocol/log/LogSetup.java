package portvakt.protocol.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.jul.LevelChangePropagator;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import ch.qos.logback.core.status.NopStatusListener;
import java.util.Optional;

/**
 * What is logged, for both programs: one line a message, to standard output; what runs under systemd has its time from the journal
 * too. Logback finds it as a service. In Java and not in {@code logback.xml}, since reading that took a gate on a small board a tenth
 * of its start; a file named by {@code -Dlogback.configurationFile} takes this one's place.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_HIGH_PRIORITY)
public final class LogSetup extends ContextAwareBase implements Configurator {

    /** A variable of the environment, for a service technician, or a property of Java: {@code PORTVAKT_LOG=DEBUG}. */
    private static final String LEVEL = "PORTVAKT_LOG";

    private static final String FILE = "logback.configurationFile";
    private static final String PATTERN = "%d{HH:mm:ss.SSS} %-5level [%thread] %logger{20} %msg%n%ex{6}";

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        if (System.getProperty(FILE) != null) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        context.getStatusManager().add(new NopStatusListener());
        LevelChangePropagator toJavaLogging = new LevelChangePropagator();
        toJavaLogging.setContext(context);
        toJavaLogging.start();
        context.addListener(toJavaLogging);

        PatternLayoutEncoder line = new PatternLayoutEncoder();
        line.setContext(context);
        line.setPattern(PATTERN);
        line.start();
        ConsoleAppender<ILoggingEvent> out = new ConsoleAppender<>();
        out.setContext(context);
        out.setName("out");
        out.setEncoder(line);
        out.start();

        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.WARN);
        root.addAppender(out);
        context.getLogger("portvakt").setLevel(Level.toLevel(wanted(), Level.INFO));
        // Says ERROR on every machine that is no Raspberry Pi. The adapter checks the board itself and says what to do.
        context.getLogger("com.pi4j.boardinfo").setLevel(Level.OFF);
        // Warns of each queue that has no place for undeliverable messages; here they stay with their sender.
        context.getLogger("org.apache.activemq.artemis.core.server").setLevel(Level.ERROR);
        // Logs a stack trace where it cannot listen; the server itself says what to do.
        context.getLogger("io.helidon.webserver.LoomServer").setLevel(Level.OFF);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private static String wanted() {
        return Optional.ofNullable(System.getProperty(LEVEL))
                .or(() -> Optional.ofNullable(System.getenv(LEVEL)))
                .orElse("");
    }
}
