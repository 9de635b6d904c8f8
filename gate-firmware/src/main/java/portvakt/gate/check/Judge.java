package portvakt.gate.check;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import portvakt.gate.check.Finding.Check;
import portvakt.gate.check.Machine.Board;
import portvakt.gate.check.Machine.Clock;
import portvakt.gate.check.Machine.Disk;
import portvakt.gate.check.Machine.Picture;
import portvakt.gate.check.Machine.Reach;

/** What facts mean. Pure. */
public final class Judge {

    /** With less than this left a certificate is to be renewed. */
    public static final Duration CERTIFICATE_WARNED = Duration.ofDays(60);

    private static final long MEGABYTE = 1 << 20;
    private static final List<String> MEMORY = List.of("tmpfs", "ramfs");
    /** What a read-only root lies under; whether its writable side is a medium cannot be seen from here. */
    private static final String LAYER = "overlay";

    private static final long DISK_LOW_BYTES = 500 * MEGABYTE;
    private static final long DISK_FULL_BYTES = 100 * MEGABYTE;
    private static final Duration FORCE_SLOW = Duration.ofMillis(250);
    private static final Duration AHEAD_MAX = Duration.ofMinutes(1);
    private static final int WARM_MILLICELSIUS = 80_000;
    private static final double DARK = 40;
    private static final double BRIGHT = 220;
    private static final double BLURRED = 12;

    /** Bits of a Raspberry Pi's {@code get_throttled}: now, and since it was switched on. */
    private static final int UNDER_VOLTAGE = 1;

    private static final int SLOWED = 1 << 1 | 1 << 2 | 1 << 3;
    private static final int WAS_UNDER_VOLTAGE = 1 << 16;

    private Judge() {}

    /** @param clockRight whether {@code now} is to be believed */
    public static Finding certificate(Instant notBefore, Instant notAfter, Instant now, boolean clockRight) {
        if (now.isBefore(notBefore)) {
            return Finding.fail(Check.IDENTITY, "early", notBefore, now);
        }
        if (!now.isBefore(notAfter)) {
            return clockRight
                    ? Finding.fail(Check.IDENTITY, "over", notAfter)
                    : Finding.fail(Check.IDENTITY, "over-by-wrong-clock", notAfter, now);
        }
        Duration left = Duration.between(now, notAfter);
        return left.compareTo(CERTIFICATE_WARNED) < 0
                ? Finding.warn(Check.IDENTITY, "due", left.toDays())
                : Finding.ok(Check.IDENTITY, "ok", left.toDays());
    }

    public static Finding disk(Disk disk) {
        if (disk.fault().isPresent()) {
            return Finding.fail(Check.DISK, "fault", disk.fault().get());
        }
        if (MEMORY.contains(disk.type())) {
            return Finding.fail(Check.DISK, "memory", disk.type());
        }
        if (disk.type().equals(LAYER)) {
            return Finding.warn(Check.DISK, "layer");
        }
        long megabytes = disk.freeBytes() / MEGABYTE;
        if (disk.freeBytes() < DISK_FULL_BYTES) {
            return Finding.fail(Check.DISK, "full", megabytes);
        }
        if (disk.freeBytes() < DISK_LOW_BYTES) {
            return Finding.warn(Check.DISK, "low", megabytes);
        }
        if (disk.force().isEmpty()) {
            return Finding.ok(Check.DISK, "room", megabytes);
        }
        Duration force = disk.force().get();
        return force.compareTo(FORCE_SLOW) > 0
                ? Finding.warn(Check.DISK, "slow", force.toMillis())
                : Finding.ok(Check.DISK, "ok", megabytes, force.toMillis());
    }

    public static Finding clock(Clock clock) {
        if (clock.builtAt().filter(clock.now()::isBefore).isPresent()) {
            return Finding.fail(Check.CLOCK, "before-build", clock.now());
        }
        if (clock.ahead().filter(ahead -> ahead.abs().compareTo(AHEAD_MAX) > 0).isPresent()) {
            long seconds = clock.ahead().get().toSeconds();
            return Finding.warn(Check.CLOCK, seconds > 0 ? "ahead" : "behind", Math.abs(seconds));
        }
        return clock.right()
                ? Finding.ok(Check.CLOCK, "ok", clock.now())
                : Finding.warn(Check.CLOCK, "not-set", clock.now());
    }

    public static Finding board(Board board) {
        String model = board.model().orElse("?");
        String warmth = board.millicelsius().isPresent()
                ? String.valueOf(Math.round(board.millicelsius().getAsInt() / 1000.0))
                : "?";
        int flags = board.throttled().orElse(0);
        if ((flags & UNDER_VOLTAGE) != 0) {
            return Finding.fail(Check.BOARD, "under-voltage", model);
        }
        if (board.millicelsius().orElse(0) >= WARM_MILLICELSIUS || (flags & SLOWED) != 0) {
            return Finding.warn(Check.BOARD, "warm", model, warmth);
        }
        if ((flags & WAS_UNDER_VOLTAGE) != 0) {
            return Finding.warn(Check.BOARD, "was-under-voltage", model);
        }
        return Finding.ok(Check.BOARD, "ok", model, warmth);
    }

    /** @param clockRight whether this machine's clock is to be believed */
    public static Finding server(Reach reach, boolean clockRight) {
        return switch (reach.outcome()) {
            case NONE -> Finding.warn(Check.SERVER, "none");
            case CONNECTED -> Finding.ok(Check.SERVER, "ok", reach.took().toMillis());
            case SERVER_CERTIFICATE_OVER, SERVER_CERTIFICATE_EARLY ->
                Finding.fail(
                        Check.SERVER, key(reach.outcome()) + (clockRight ? "" : "-by-wrong-clock"), reach.detail());
            case NAME_UNKNOWN,
                    REFUSED,
                    TIMED_OUT,
                    UNREACHABLE,
                    SERVER_UNTRUSTED,
                    SERVER_NAME,
                    CERTIFICATE_REFUSED,
                    TLS_FAILED,
                    NOT_ADMITTED,
                    SUBSCRIPTION_REFUSED -> Finding.fail(Check.SERVER, key(reach.outcome()), reach.detail());
        };
    }

    private static String key(Reach.Outcome outcome) {
        return outcome.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** @param fault why no picture came */
    public static Finding camera(Optional<Picture> picture, String fault) {
        if (picture.isEmpty()) {
            return Finding.fail(Check.CAMERA, "lost", fault);
        }
        Picture seen = picture.get();
        long brightness = Math.round(seen.brightness() / 255 * 100);
        if (seen.brightness() < DARK) {
            return Finding.warn(Check.CAMERA, "dark", brightness);
        }
        if (seen.brightness() > BRIGHT) {
            return Finding.warn(Check.CAMERA, "bright", brightness);
        }
        return seen.sharpness() < BLURRED
                ? Finding.warn(Check.CAMERA, "blurred", Math.round(seen.sharpness()))
                : Finding.ok(Check.CAMERA, "ok", seen.width(), seen.height(), brightness, Math.round(seen.sharpness()));
    }

    /**
     * The journal.
     *
     * @param waiting  events that the server has not acknowledged
     * @param daysLeft for how many more days there is room at the present rate; empty: not known
     * @param faults   what is torn or damaged
     */
    public static Finding journal(long waiting, Optional<Long> daysLeft, int faults) {
        if (daysLeft.filter(days -> days < 1).isPresent()) {
            return Finding.fail(Check.JOURNAL, "full-soon", waiting);
        }
        if (faults > 0) {
            return Finding.warn(Check.JOURNAL, "torn", waiting, faults);
        }
        return daysLeft.isPresent()
                ? Finding.ok(Check.JOURNAL, "ok", waiting, daysLeft.get())
                : Finding.ok(Check.JOURNAL, "ok-unknown", waiting);
    }

    /** @param warnAge up to this age a list is fresh @param closedAge older than this denies */
    public static Finding list(String list, long version, Duration age, Duration warnAge, Duration closedAge) {
        String told = age.toHours() < 48 ? age.toHours() + " h" : age.toDays() + " d";
        if (age.compareTo(closedAge) > 0) {
            return Finding.fail(Check.LISTS, "closed", list, version, told);
        }
        return age.compareTo(warnAge) > 0
                ? Finding.warn(Check.LISTS, "old", list, version, told)
                : Finding.ok(Check.LISTS, "ok", list, version, told);
    }
}
