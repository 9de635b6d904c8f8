package portvakt.server.web.view;

import java.text.MessageFormat;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.Period;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.ResourceBundle;

/** All words of the pages in one language, and how that language writes times. Immutable. */
public final class Texts {

    /** The bundle's base name; one file a language, in UTF-8. */
    public static final String BUNDLE = "portvakt.server.web.texts";

    /** A language that the pages speak. */
    public enum Language {
        NB("nb"),
        EN("en");

        private final String tag;

        Language(String tag) {
            this.tag = tag;
        }

        /** BCP 47. */
        public String tag() {
            return tag;
        }

        /** The one that the switch offers. */
        public Language other() {
            return this == NB ? EN : NB;
        }

        public static Optional<Language> ofTag(String tag) {
            return Arrays.stream(values())
                    .filter(language -> language.tag.equals(tag))
                    .findAny();
        }
    }

    private final Language language;
    private final Locale locale;
    private final ZoneId zone;
    private final ResourceBundle bundle;

    public Texts(Language language, ZoneId zone) {
        this.language = language;
        this.locale = Locale.forLanguageTag(language == Language.NB ? "nb-NO" : "en-GB");
        this.zone = zone;
        this.bundle = ResourceBundle.getBundle(
                BUNDLE,
                Locale.forLanguageTag(language.tag()),
                ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES));
    }

    /** The same words with times in another zone. */
    public Texts in(ZoneId other) {
        return other.equals(zone) ? this : new Texts(language, other);
    }

    public Language language() {
        return language;
    }

    /** Where the times are that it shows. */
    public ZoneId zone() {
        return zone;
    }

    /** @param arguments fill {@code {0}}, {@code {1}} … of {@link MessageFormat} */
    public String text(String key, Object... arguments) {
        return new MessageFormat(bundle.getString(key), locale).format(arguments);
    }

    public boolean has(String key) {
        return bundle.containsKey(key);
    }

    /** {@code 06:55:10}. */
    public String time(Instant instant) {
        return format(instant, "HH:mm:ss");
    }

    /** {@code 2026-11-24 06:55:10}: for files, where it stays the same whoever reads on. */
    public String dateAndSecond(Instant instant) {
        return format(instant, "yyyy-MM-dd HH:mm:ss");
    }

    /** {@code 06:55}. */
    public String hourAndMinute(Instant instant) {
        return format(instant, "HH:mm");
    }

    /** {@code 2026-11-24T06:55}, as a form's field for date and time has it. */
    public String localDateTime(Instant instant) {
        return format(instant, "yyyy-MM-dd'T'HH:mm");
    }

    /** {@code 24. nov.} or {@code 24 Nov}, or empty if that is today. */
    public String dateUnlessToday(Instant instant, Instant now) {
        return LocalDate.ofInstant(instant, zone).equals(LocalDate.ofInstant(now, zone))
                ? ""
                : format(instant, language == Language.NB ? "d. MMM" : "d MMM");
    }

    /** {@code 24. november 2026}. */
    public String date(Instant instant) {
        return format(instant, language == Language.NB ? "d. MMMM yyyy" : "d MMMM yyyy");
    }

    /** {@code 24.11.2026} or {@code 24 Nov 2026}. */
    public String day(LocalDate day) {
        return DateTimeFormatter.ofPattern(language == Language.NB ? "dd.MM.yyyy" : "d MMM yyyy", locale)
                .format(day);
    }

    /** {@code 24. november 2026 06:55}. */
    public String dateAndTime(Instant instant) {
        return date(instant) + " " + hourAndMinute(instant);
    }

    /** Whole days, both counted: {@code 1–30 November 2026} or {@code 1.–30. november 2026}. */
    public String days(LocalDate first, LocalDate last) {
        String dot = language == Language.NB ? "." : "";
        if (first.equals(last)) {
            return format(last, "d" + dot + " MMMM yyyy");
        }
        boolean sameYear = first.getYear() == last.getYear();
        String end = format(last, "d" + dot + " MMMM yyyy");
        if (sameYear && first.getMonth() == last.getMonth()) {
            return first.getDayOfMonth() + dot + "–" + end;
        }
        return format(first, "d" + dot + " MMMM" + (sameYear ? "" : " yyyy")) + " – " + end;
    }

    /** Whether a day begins there and then. */
    public boolean isMidnight(Instant instant) {
        return instant.atZone(zone).toLocalTime().equals(LocalTime.MIDNIGHT);
    }

    /** {@code 06:55}, with the date before it if that is not today. */
    public String moment(Instant instant, Instant now) {
        return (dateUnlessToday(instant, now) + " " + hourAndMinute(instant)).strip();
    }

    /** {@code tirsdag 24. november}. */
    public String today(Instant now) {
        return format(now, language == Language.NB ? "EEEE d. MMMM" : "EEEE d MMMM");
    }

    /** {@code 90 dager}, {@code 6 måneder}, {@code 2 år}; a period of several units in its largest ones. */
    public String period(Period period) {
        List<String> parts = new ArrayList<>();
        if (period.getYears() > 0) {
            parts.add(text("period.years", period.getYears()));
        }
        if (period.getMonths() > 0) {
            parts.add(text("period.months", period.getMonths()));
        }
        if (period.getDays() > 0 || parts.isEmpty()) {
            parts.add(text("period.days", period.getDays()));
        }
        return String.join(" ", parts);
    }

    /** The largest unit or two, rounded down: {@code 14 min}, {@code 2 t 5 min}, {@code 3 d}. */
    public String duration(Duration duration) {
        Duration shown = duration.isNegative() ? Duration.ZERO : duration;
        if (shown.toMinutes() < 1) {
            return text("duration.seconds", shown.toSeconds());
        }
        if (shown.toHours() < 1) {
            return text("duration.minutes", shown.toMinutes());
        }
        if (shown.toDays() < 1) {
            return shown.toMinutesPart() == 0
                    ? text("duration.hours", shown.toHours())
                    : text("duration.hours-minutes", shown.toHours(), shown.toMinutesPart());
        }
        return text("duration.days", shown.toDays());
    }

    /** Short times to the tenth: {@code 0.4 s}, {@code 12 s}, {@code 14 min}. */
    public String delay(long ms) {
        if (ms < 100) {
            return text("duration.below-tenth", 0.1);
        }
        return ms < 10_000 ? text("duration.tenths", ms / 1000.0) : duration(Duration.ofMillis(ms));
    }

    private String format(Instant instant, String pattern) {
        return format(instant.atZone(zone), pattern);
    }

    private String format(TemporalAccessor time, String pattern) {
        return DateTimeFormatter.ofPattern(pattern, locale).format(time);
    }
}
