package portvakt.gate.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import portvakt.gate.testing.MemoryDisk;
import portvakt.protocol.list.ListHead;

/** What whoever comes to a gate in trouble is told of its lists, while the gate may be writing them. */
class ListGlanceTest {

    private static final String LIST = Issuer.LIST;

    private final Issuer issuer = new Issuer();
    private final IssuedList issued = new IssuedList(issuer, LIST, 900);
    private final MemoryDisk disk = new MemoryDisk();

    private ListGlance now() {
        return new ListGlance(LIST, issued.version(), issued.now().issuedAt());
    }

    private void renew(StoredList stored) throws Exception {
        byte[] head = issued.heartbeat();
        stored.renew(ListHead.parse(head), head, true);
    }

    /** A base of this version, signed by nobody in particular. */
    private void putBase(int epoch, long version, Instant issuedAt) {
        ListHead head = ForgedHeads.of(issued.headOf(issued.table(), issued.count()), epoch, version, issuedAt);
        byte[] file = issued.file();
        System.arraycopy(issued.sign(head), 0, file, 0, ListHead.SIZE_BYTES);
        disk.put(LIST + "." + epoch + "." + version + ".list", file);
    }

    @Test
    void anEmptyDiskHasNone() throws Exception {
        assertThat(ListGlance.all(disk)).isEmpty();
    }

    @Test
    void theLogLeadsTheBaseOnByDeltasAndSigningsAndNothingIsTouched() throws Exception {
        StoredList stored = issued.install(disk);
        assertThat(ListGlance.all(disk)).containsExactly(now());
        stored.apply(issued.randomChange(new Random(1), 40, 950));
        assertThat(ListGlance.all(disk)).containsExactly(now());
        renew(stored);
        Map<String, String> before = disk.contents();
        assertThat(ListGlance.all(disk)).containsExactly(now());
        assertThat(disk.contents()).isEqualTo(before);
    }

    @Test
    void aTornLogTellsAsFarAsItGoesAndABaseWithoutLogForItself() throws Exception {
        StoredList stored = issued.install(disk);
        String log = LIST + ".1.1.log";
        ListGlance first = now();
        renew(stored);
        ListGlance second = now();
        renew(stored);
        byte[] bytes = disk.read(log);
        disk.put(log, Arrays.copyOf(bytes, bytes.length - 1));
        assertThat(ListGlance.all(disk)).containsExactly(second);
        disk.delete(log);
        assertThat(ListGlance.all(disk)).containsExactly(first);
    }

    /** A gate that lost power between a sync and its tidying has two bases. */
    @Test
    void ofSeveralBasesTheFurthestTellsByEpochVersionAndSigning() throws Exception {
        Instant day = Instant.parse("2026-06-02T12:00:00Z");
        putBase(1, 900, day);
        putBase(1, 901, day);
        assertThat(ListGlance.all(disk)).containsExactly(new ListGlance(LIST, 901, day));
        putBase(2, 3, day.plusSeconds(60));
        assertThat(ListGlance.all(disk)).containsExactly(new ListGlance(LIST, 3, day.plusSeconds(60)));
        putBase(2, 4, day.plusSeconds(120));
        byte[] renewed = issued.sign(
                ForgedHeads.of(issued.headOf(issued.table(), issued.count()), 2, 4, day.plus(Duration.ofHours(1))));
        disk.put(LIST + ".2.3.log", ListLog.renewal(renewed));
        assertThat(ListGlance.all(disk)).containsExactly(new ListGlance(LIST, 4, day.plus(Duration.ofHours(1))));
    }

    @Test
    void eachListIsToldAndWhatIsNoListOrDamagedIsNot() throws Exception {
        IssuedList site = new IssuedList(issuer, "a-site", 20);
        site.install(disk);
        issued.install(disk);
        byte[] base = issued.file();
        disk.put("torn.1.1.list", Arrays.copyOf(base, base.length - 1));
        disk.put("begun.1.1.part", base);
        disk.put("policy.signed", new byte[10]);
        assertThat(ListGlance.all(disk)).extracting(ListGlance::list).containsExactly("a-site", LIST);
    }
}
