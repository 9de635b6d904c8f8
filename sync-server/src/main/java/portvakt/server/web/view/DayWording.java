package portvakt.server.web.view;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import portvakt.protocol.Direction;
import portvakt.server.port.EntryLog;
import portvakt.server.port.EntryLog.Tally;

/** Makes the pictures of a day from its counts. Immutable. */
public final class DayWording {

    /** Of the day's counts: four make an hour, and every zone's hours begin with one. */
    public static final Duration STEP = Duration.ofMinutes(15);

    /** Of the busiest hour's. */
    public static final Duration MINUTE = Duration.ofMinutes(1);

    private static final int STEPS_IN_HOUR = 4;
    private static final int MINUTES_LABELLED = 15;
    private static final int HOURS_LABELLED = 3;
    private static final String GRANTED = "AccessGranted";
    private static final String DENIED = "AccessDenied";
    private static final String TAKEN = "AccessTaken";

    private final Texts texts;
    private final Instant from;
    private final int steps;

    /** @param from where the day begins @param steps how many the day has */
    public DayWording(Texts texts, Instant from, int steps) {
        this.texts = texts;
        this.from = from;
        this.steps = steps;
    }

    /** Of which gate, and from when, an hour was the busiest. */
    public record Rush(String gate, Instant from) {}

    private static boolean isTap(Tally tally) {
        return tally.kind().equals(GRANTED) || tally.kind().equals(DENIED);
    }

    /** Where most taps were at one gate within an hour; the earliest of several. */
    public static Optional<Rush> rush(List<Tally> day) {
        Map<String, Map<Instant, Long>> taps = new TreeMap<>();
        day.stream()
                .filter(DayWording::isTap)
                .forEach(tally -> taps.computeIfAbsent(tally.gate(), _ -> new TreeMap<>())
                        .merge(tally.from(), tally.count(), Long::sum));
        Optional<Rush> best = Optional.empty();
        long most = 0;
        for (var gate : taps.entrySet()) {
            for (Instant start : gate.getValue().keySet()) {
                long sum = 0;
                for (int i = 0; i < STEPS_IN_HOUR; i++) {
                    sum += gate.getValue().getOrDefault(start.plus(STEP.multipliedBy(i)), 0L);
                }
                if (sum > most) {
                    most = sum;
                    best = Optional.of(new Rush(gate.getKey(), start));
                }
            }
        }
        return best;
    }

    private static long sum(List<Tally> tallies, Predicate<Tally> which) {
        return tallies.stream().filter(which).mapToLong(Tally::count).sum();
    }

    private static Predicate<Tally> within(Instant start, Duration length) {
        return tally -> !tally.from().isBefore(start) && tally.from().isBefore(start.plus(length));
    }

    private static Predicate<Tally> taken(Direction direction) {
        return tally -> tally.kind().equals(TAKEN) && tally.direction() == direction;
    }

    public List<DayView.Hour> hours(List<Tally> day) {
        List<DayView.Hour> hours = new ArrayList<>();
        long present = 0;
        for (int i = 0; i < steps; i += STEPS_IN_HOUR) {
            Instant start = from.plus(STEP.multipliedBy(i));
            List<Tally> hour =
                    day.stream().filter(within(start, Duration.ofHours(1))).toList();
            long in = sum(hour, taken(Direction.IN));
            long out = sum(hour, taken(Direction.OUT));
            present += in - out;
            hours.add(new DayView.Hour(
                    start,
                    texts.hourAndMinute(start),
                    sum(hour, tally -> tally.kind().equals(GRANTED)),
                    sum(hour, tally -> tally.kind().equals(DENIED)),
                    in,
                    out,
                    present));
        }
        return hours;
    }

    public List<SpreadView.Figure> figures(List<Tally> day) {
        return List.of(
                figure(sum(day, tally -> tally.kind().equals(GRANTED)), "day.figure.granted"),
                figure(sum(day, tally -> tally.kind().equals(DENIED)), "day.figure.denied"),
                figure(sum(day, taken(Direction.IN)), "day.figure.in"),
                figure(sum(day, taken(Direction.OUT)), "day.figure.out"));
    }

    private SpreadView.Figure figure(long count, String key) {
        return new SpreadView.Figure(texts.text("list.number", count), texts.text(key));
    }

    public BarsView taps(List<DayView.Hour> hours) {
        DayView.Hour busiest = hours.stream()
                .max(Comparator.comparingLong(hour -> hour.granted() + hour.denied()))
                .orElseThrow();
        List<BarsView.Column> columns = new ArrayList<>();
        for (int i = 0; i < hours.size(); i++) {
            columns.add(new BarsView.Column(
                    label(hours, i), hours.get(i).granted(), hours.get(i).denied()));
        }
        return BarsView.of(texts.text("day.taps.label", busiest.granted() + busiest.denied(), busiest.hour()), columns);
    }

    private static String label(List<DayView.Hour> hours, int i) {
        return i % HOURS_LABELLED == 0 ? hours.get(i).hour().substring(0, 2) : "";
    }

    /** Who came less who left, as it was at the end of each step; fewer than none cannot be, but shows as none. */
    public BarsView onSite(List<Tally> day, List<DayView.Hour> hours, Instant now) {
        List<BarsView.Column> columns = new ArrayList<>();
        long present = 0;
        long most = 0;
        String at = texts.hourAndMinute(from);
        for (int i = 0; i < steps; i++) {
            Instant start = from.plus(STEP.multipliedBy(i));
            List<Tally> step = day.stream().filter(within(start, STEP)).toList();
            present += sum(step, taken(Direction.IN)) - sum(step, taken(Direction.OUT));
            boolean future = start.isAfter(now);
            if (present > most && !future) {
                most = present;
                at = texts.hourAndMinute(start.plus(STEP));
            }
            columns.add(new BarsView.Column(
                    i % STEPS_IN_HOUR == 0 && i / STEPS_IN_HOUR < hours.size() ? label(hours, i / STEPS_IN_HOUR) : "",
                    future ? 0 : Math.max(0, present),
                    0));
        }
        return BarsView.of(texts.text("day.present.label", most, at), columns);
    }

    /** @param minutes counts of the rush hour, by the minute @param day for what was denied because the gate was busy */
    public DayView.Queue queue(Rush rush, List<Tally> minutes, List<Tally> day) {
        List<BarsView.Column> columns = new ArrayList<>();
        long most = 0;
        Instant at = rush.from();
        for (int i = 0; i < Duration.ofHours(1).toMinutes(); i++) {
            Instant start = rush.from().plus(MINUTE.multipliedBy(i));
            List<Tally> minute = minutes.stream()
                    .filter(tally -> tally.gate().equals(rush.gate()))
                    .filter(within(start, MINUTE))
                    .toList();
            long granted = sum(minute, tally -> tally.kind().equals(GRANTED));
            long denied = sum(minute, tally -> tally.kind().equals(DENIED));
            if (granted + denied > most) {
                most = granted + denied;
                at = start;
            }
            columns.add(
                    new BarsView.Column(i % MINUTES_LABELLED == 0 ? texts.hourAndMinute(start) : "", granted, denied));
        }
        long busy = sum(
                day,
                tally -> tally.gate().equals(rush.gate())
                        && tally.reason().filter(EntryLog.BUSY::equals).isPresent());
        String hour = texts.hourAndMinute(rush.from());
        return new DayView.Queue(
                texts.text("day.queue.title", rush.gate(), hour),
                BarsView.of(texts.text("day.queue.label", rush.gate(), hour, most, texts.hourAndMinute(at)), columns),
                List.of(
                        texts.text("day.queue.most", most, texts.hourAndMinute(at)),
                        texts.text("day.queue.busy", busy),
                        texts.text("day.queue.honest")));
    }
}
