package portvakt.server.adapter.register;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.server.adapter.register.StatusListSource.Fetched;
import portvakt.server.adapter.register.StatusListTokens.Believed;
import portvakt.server.list.PollSchedule;
import portvakt.server.port.Reconciliations.Reconciled;

/**
 * Pulls a Token Status List again and again, on a thread of its own, and reconciles with it. A list that cannot be had or is not
 * believed changes nothing; it is noted once, however often it is tried again.
 */
public final class StatusListPull implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StatusListPull.class);
    static final Duration TIME_OUT = Duration.ofSeconds(30);

    private final URI uri;
    private final StatusListSource source;
    private final StatusListTokens tokens;
    private final Reconciler reconciler;
    private final PollSchedule schedule;
    private final InstantSource clock;
    private final DoubleSupplier jitter;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread = Thread.ofPlatform().name("status-list-pull").unstarted(this::run);

    private Optional<String> etag = Optional.empty();
    private Optional<Believed> last = Optional.empty();
    private Optional<String> lastCause = Optional.empty();
    private int failures;

    StatusListPull(
            URI uri,
            StatusListSource source,
            StatusListTokens tokens,
            Reconciler reconciler,
            PollSchedule schedule,
            InstantSource clock,
            DoubleSupplier jitter) {
        this.uri = uri;
        this.source = source;
        this.tokens = tokens;
        this.reconciler = reconciler;
        this.schedule = schedule;
        this.clock = clock;
        this.jitter = jitter;
    }

    /** Begins to pull, at once. */
    public static StatusListPull start(
            URI uri, StatusListTokens tokens, Reconciler reconciler, PollSchedule schedule, InstantSource clock) {
        StatusListPull pull = new StatusListPull(
                uri,
                new StatusListSource(uri, TIME_OUT, StatusListTokens.TOKEN_CHARS_MAX),
                tokens,
                reconciler,
                schedule,
                clock,
                () -> ThreadLocalRandom.current().nextDouble());
        pull.thread.start();
        return pull;
    }

    private void run() {
        try {
            Duration wait = round();
            while (!closed.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
                wait = round();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Fetches once and does what follows. @return how long to wait before the next time */
    Duration round() throws InterruptedException {
        try {
            Optional<String> known = isStale() ? Optional.empty() : etag;
            return switch (source.fetch(known)) {
                case Fetched.Token(String jwt, Optional<String> given) -> take(jwt, given);
                case Fetched.NotModified() when known.isPresent() && last.isPresent() -> succeeded(last.get());
                case Fetched.NotModified() -> failed("the server answered 304 though it was not asked for a change");
                case Fetched.Failed(String cause) -> failed(cause);
            };
        } catch (RuntimeException e) {
            LOG.error("{}: the pulled list could not be kept; it is pulled again", uri, e);
            etag = Optional.empty();
            failures++;
            return schedule.afterFailure(failures, jitter.getAsDouble());
        }
    }

    private Duration take(String jwt, Optional<String> given) {
        try {
            Believed believed = tokens.verify(jwt, clock.instant());
            Reconciled reconciled = reconciler.take(believed, jwt);
            LOG.debug("{}: issued at {}, {}", uri, believed.issuedAt(), reconciled.state());
            etag = given;
            last = Optional.of(believed);
            return succeeded(believed);
        } catch (StatusListTokens.Refused e) {
            etag = Optional.empty();
            return failed(e.getMessage());
        }
    }

    /** A copy that has expired is no reason to take "not modified" for an answer. */
    private boolean isStale() {
        Instant now = clock.instant();
        return last.flatMap(Believed::expiresAt)
                .filter(end -> !end.isAfter(now))
                .isPresent();
    }

    private Duration succeeded(Believed believed) {
        if (lastCause.isPresent()) {
            LOG.info("{}: the list is there again", uri);
        }
        failures = 0;
        lastCause = Optional.empty();
        return schedule.afterSuccess(believed.timeToLive(), believed.expiresAt(), clock.instant());
    }

    private Duration failed(String cause) {
        failures++;
        if (!lastCause.equals(Optional.of(cause))) {
            LOG.warn("{}: {}; what is known of cards stays, and it is tried again", uri, cause);
            reconciler.refused(cause);
            lastCause = Optional.of(cause);
        }
        return schedule.afterFailure(failures, jitter.getAsDouble());
    }

    /** Waits for a round under way; does not interrupt it, since the database's files would not survive that. */
    @Override
    public void close() {
        closed.countDown();
        source.close();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
