package portvakt.server.web;

import io.helidon.metrics.api.Counter;
import io.helidon.metrics.api.Gauge;
import io.helidon.metrics.api.Meter;
import io.helidon.metrics.api.MeterRegistry;
import io.helidon.metrics.api.Tag;
import io.helidon.service.registry.Services;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import portvakt.server.port.Lists;
import portvakt.server.port.LogEntry;

/** The server's own figures at {@code /observe/metrics}. Counts only: nothing here is about a person. */
final class ServerMeters implements AutoCloseable {

    /** The list whose version is shown. */
    static final String LIST = "hms-kort";

    private final MeterRegistry registry = Services.get(MeterRegistry.class);
    private final List<Meter> gauges = new ArrayList<>();
    private final AtomicInteger listeners = new AtomicInteger();
    private final Counter events = counter("portvakt_events_committed", "Events committed to the entry log");
    private final Counter granted = counter("portvakt_access_granted", "Passages granted");
    private final Counter denied = counter("portvakt_access_denied", "Passages denied");
    private final Counter accepted = counter("portvakt_register_tokens_accepted", "Register tokens answered with 202");
    private final Counter refused = counter("portvakt_register_tokens_refused", "Register tokens answered with 400");

    ServerMeters(Lists lists, SpreadDesk spread, InstantSource clock) {
        lists.names().forEach(list -> add(new SpreadFigures(spread, list, clock)));
        gauges.add(registry.getOrCreate(Gauge.builder("portvakt_console_listeners", listeners::get)
                .description("Consoles that follow the log live")));
        gauges.add(registry.getOrCreate(Gauge.builder(
                        "portvakt_list_version",
                        () -> lists.find(LIST).map(Lists.PublishedList::version).orElse(0L))
                .description("Version of the published list " + LIST)));
    }

    private void add(SpreadFigures figures) {
        Tag list = Tag.create("list", figures.list());
        gauges.add(registry.getOrCreate(Gauge.builder(
                        "portvakt_gates_at_newest", () -> figures.now().counts().atNewest())
                .tags(List.of(list))
                .description("Gates that have the newest version of the list, silent ones too")));
        gauges.add(registry.getOrCreate(Gauge.builder(
                        "portvakt_spread_p50_seconds",
                        () -> seconds(figures.now().live().p50Ms()))
                .tags(List.of(list))
                .description("Issue to report, versions of 24 h, gates that were online: half took no longer")));
        gauges.add(registry.getOrCreate(Gauge.builder(
                        "portvakt_spread_p99_seconds",
                        () -> seconds(figures.now().live().p99Ms()))
                .tags(List.of(list))
                .description("Issue to report, versions of 24 h, gates that were online: 99 of 100 took no longer")));
    }

    private static double seconds(Optional<Long> ms) {
        return ms.map(value -> value / 1e3).orElse(Double.NaN);
    }

    void committed(LogEntry entry) {
        events.increment();
        switch (entry.kind()) {
            case "AccessGranted" -> granted.increment();
            case "AccessDenied" -> denied.increment();
            default -> {}
        }
    }

    void tokenAccepted() {
        accepted.increment();
    }

    void tokenRefused() {
        refused.increment();
    }

    void listenerCame() {
        listeners.incrementAndGet();
    }

    void listenerLeft() {
        listeners.decrementAndGet();
    }

    int listenerCount() {
        return listeners.get();
    }

    /** Takes the gauges out of the process-wide registry, which would otherwise go on to ask this server's parts. */
    @Override
    public void close() {
        gauges.forEach(registry::remove);
    }

    private Counter counter(String name, String description) {
        return registry.getOrCreate(Counter.builder(name).description(description));
    }
}
