package portvakt.gate;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import portvakt.gate.access.AccessPolicy;
import portvakt.gate.adapter.display.DisplayConfig;
import portvakt.gate.adapter.gpio.TurnstileConfig;
import portvakt.gate.adapter.pcsc.PcscReaderConfig;
import portvakt.gate.adapter.qr.CodeReaderConfig;
import portvakt.gate.adapter.qr.ScannerConfig;
import portvakt.protocol.Assurance;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics;

/**
 * A gate's settings, read by {@code portvakt.protocol.config.ConfigFile}. The constructor's messages are for the installer.
 *
 * @param dataFolder     journal and lists; the gate's only memory
 * @param identityFolder what the server's {@code provision} made: key, certificate, authority, list keys
 * @param server         where the broker is; absent: a gate that is never connected
 * @param lists          lists to decide by; absent: all whose secrets the identity folder has, the register's and the site's own
 * @param releaseTime    from release to relock unless somebody goes through; default 5 s
 * @param turnTime       how long a turn of the arm takes at most; default 2 s
 * @param cardReader     the contactless reader; absent: none
 * @param camera         the camera that reads codes; absent: none
 * @param scanner        the scanner that reads codes by itself; absent: none
 * @param display        the page for those in front of the gate; absent: none
 * @param clock          when the wall clock is right
 * @param journalBytesMax most bytes of journal; default 256 MiB
 * @param listKeysMax    most entries of a list; default 20 million: the files are mapped, not held in memory
 */
public record GateConfig(
        String site,
        String gate,
        Direction direction,
        Path dataFolder,
        Path identityFolder,
        Optional<Server> server,
        Optional<List<String>> lists,
        TurnstileConfig turnstile,
        Duration releaseTime,
        Duration turnTime,
        Optional<PcscReaderConfig> cardReader,
        Optional<CodeReaderConfig> camera,
        Optional<ScannerConfig> scanner,
        Optional<DisplayConfig> display,
        Policy policy,
        ClockSettings clock,
        Long journalBytesMax,
        Integer listKeysMax) {

    private static final Duration RELEASE_TIME_MAX = Duration.ofSeconds(30);
    private static final long JOURNAL_BYTES_MIN = 16L << 20;

    /** @param uri {@code ssl://host:port} of the broker */
    public record Server(URI uri, Duration keepAlive) {
        public Server {
            require(
                    uri != null && "ssl".equals(uri.getScheme()) && uri.getHost() != null && uri.getPort() > 0,
                    "server.uri is missing or no broker's address; give for example ssl://portvakt.example.org:8883");
            keepAlive = keepAlive == null ? Duration.ofSeconds(20) : keepAlive;
        }
    }

    /**
     * What the access point asks of those who pass ({@link AccessPolicy}), until its site's signed policy has come. That replaces
     * all of it but {@code zone}.
     *
     * @param minimumAssurance default {@code UNSIGNED_CODE}
     * @param listWarnAge      up to this age a list is fresh; default 1 day
     * @param listAttendedAge  up to this age it is in grace, then stale; default 3 days
     * @param listClosedAge    older than this denies; default 7 days
     * @param grantWithoutList default false
     * @param grantOnUntrustedClock default true: a clock that nobody set is the installer's fault and not the worker's
     * @param zone             default Europe/Oslo
     */
    public record Policy(
            Assurance minimumAssurance,
            Duration listWarnAge,
            Duration listAttendedAge,
            Duration listClosedAge,
            Boolean attended,
            Boolean grantWithoutList,
            Boolean grantOnUntrustedClock,
            ZoneId zone) {
        public Policy {
            minimumAssurance = minimumAssurance == null ? Assurance.UNSIGNED_CODE : minimumAssurance;
            listWarnAge = listWarnAge == null ? Duration.ofDays(1) : listWarnAge;
            listAttendedAge = listAttendedAge == null ? Duration.ofDays(3) : listAttendedAge;
            listClosedAge = listClosedAge == null ? Duration.ofDays(7) : listClosedAge;
            attended = attended != null && attended;
            grantWithoutList = grantWithoutList != null && grantWithoutList;
            grantOnUntrustedClock = grantOnUntrustedClock == null || grantOnUntrustedClock;
            zone = zone == null ? ZoneId.of("Europe/Oslo") : zone;
            require(
                    !listWarnAge.isNegative()
                            && listWarnAge.compareTo(listAttendedAge) <= 0
                            && listAttendedAge.compareTo(listClosedAge) <= 0,
                    "policy: listWarnAge " + listWarnAge + ", listAttendedAge " + listAttendedAge + ", listClosedAge "
                            + listClosedAge + "; each must be at least the one before");
        }

        static Policy byDefault() {
            return new Policy(null, null, null, null, null, null, null, null);
        }
    }

    /**
     * @param synchronisedFile exists when the clock is right; default systemd-timesyncd's
     * @param alwaysRight      the host keeps its clock right by itself (a battery clock, a server)
     */
    public record ClockSettings(Path synchronisedFile, Boolean alwaysRight) {
        public ClockSettings {
            alwaysRight = alwaysRight != null && alwaysRight;
            synchronisedFile =
                    synchronisedFile == null ? Path.of("/run/systemd/timesync/synchronized") : synchronisedFile;
        }
    }

    public GateConfig {
        require(site != null && Topics.isName(site), "site is missing or no name; " + NAME);
        require(gate != null && Topics.isName(gate), "gate is missing or no name; " + NAME);
        require(direction != null, "direction is missing; give IN or OUT: which way the access point leads");
        require(dataFolder != null, "dataFolder is missing; give for example /var/lib/portvakt-gate");
        require(
                identityFolder != null,
                "identityFolder is missing; give the folder that \"portvakt provision\" made for this gate");
        require(turnstile != null, "turnstile is missing; give at least its relay and armSensor");
        server = server == null ? Optional.empty() : server;
        cardReader = cardReader == null ? Optional.empty() : cardReader;
        camera = camera == null ? Optional.empty() : camera;
        scanner = scanner == null ? Optional.empty() : scanner;
        display = display == null ? Optional.empty() : display;
        require(
                cardReader.isPresent() || camera.isPresent() || scanner.isPresent(),
                "neither cardReader nor camera nor scanner is given: nobody could show anything; give \"cardReader: {}\" for the first reader");
        lists = lists == null ? Optional.empty() : lists.map(List::copyOf);
        require(
                lists.isEmpty() || !lists.get().isEmpty(),
                "lists is empty: nobody's card could be checked; leave it out for all that this gate was provisioned with");
        lists.ifPresent(given -> given.forEach(Topics::name));
        releaseTime = releaseTime == null ? Duration.ofSeconds(5) : releaseTime;
        require(
                releaseTime.isPositive() && releaseTime.compareTo(RELEASE_TIME_MAX) <= 0,
                "releaseTime is " + releaseTime + "; it must be longer than zero and at most " + RELEASE_TIME_MAX);
        turnTime = turnTime == null ? Duration.ofSeconds(2) : turnTime;
        require(
                !turnTime.isNegative() && turnTime.compareTo(RELEASE_TIME_MAX) <= 0,
                "turnTime is " + turnTime + "; it must be zero to " + RELEASE_TIME_MAX);
        policy = policy == null ? Policy.byDefault() : policy;
        clock = clock == null ? new ClockSettings(null, null) : clock;
        journalBytesMax = journalBytesMax == null ? 256L << 20 : journalBytesMax;
        require(
                journalBytesMax >= JOURNAL_BYTES_MIN,
                "journalBytesMax is " + journalBytesMax + "; give at least " + JOURNAL_BYTES_MIN);
        listKeysMax = listKeysMax == null ? 20_000_000 : listKeysMax;
        require(listKeysMax > 0, "listKeysMax is " + listKeysMax + "; give at least 1");
    }

    private static final String NAME = "use small letters, digits and hyphens, at most 30";

    /** Where this gate stands in topics. */
    public Topics.GateAddress address() {
        return new Topics.GateAddress(site, gate);
    }

    /**
     * The policy in the decision's own words.
     *
     * @param decidingLists {@link #lists}, or what stands for them
     */
    public AccessPolicy accessPolicy(List<String> decidingLists) {
        return new AccessPolicy(
                direction,
                decidingLists,
                policy.minimumAssurance(),
                policy.listWarnAge(),
                policy.listAttendedAge(),
                policy.listClosedAge(),
                policy.attended(),
                policy.grantWithoutList(),
                policy.grantOnUntrustedClock(),
                policy.zone());
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
