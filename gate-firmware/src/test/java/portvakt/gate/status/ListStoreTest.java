package portvakt.gate.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import portvakt.gate.testing.MemoryDisk;
import portvakt.protocol.list.ListDelta;
import portvakt.protocol.list.ListHead;

/** Of all files that a list has on the disk those decide that lead furthest; the others go when that is sure. */
class ListStoreTest {

    private static final String LIST = Issuer.LIST;

    private final IssuedList issued = new IssuedList(new Issuer(), LIST, 900);
    private final MemoryDisk disk = new MemoryDisk();

    private StoredList opened() throws Exception {
        return issued.store(disk).open().orElseThrow();
    }

    private ListHead honest() {
        return issued.headOf(issued.table(), issued.count());
    }

    /** The newest content under another epoch and version. */
    private byte[] file(int epoch, long version) {
        byte[] file = issued.file();
        ListHead head = ForgedHeads.of(honest(), epoch, version, honest().issuedAt());
        System.arraycopy(issued.sign(head), 0, file, 0, ListHead.SIZE_BYTES);
        return file;
    }

    @Test
    void ofSeveralTheFurthestIsOpenedAndTheOthersAreClosedAndDeleted() throws Exception {
        disk.put(LIST + ".1.5.list", file(1, 5));
        disk.put(LIST + ".1.10.list", file(1, 10));
        disk.put(LIST + ".2.3.list", file(2, 3));
        disk.put(LIST + ".2.2.list", file(2, 2));
        disk.put(LIST + ".2.4.list", new byte[20]);
        StoredList stored = opened();
        assertThat(stored.list().epoch()).isEqualTo(2);
        assertThat(stored.list().version()).isEqualTo(3);
        assertThat(disk.names("")).containsExactly(LIST + ".2.3.list", LIST + ".2.3.log");
        assertThat(disk.openFiles()).isEqualTo(1);
        stored.close();
        assertThat(disk.openFiles()).isZero();
    }

    /** By a log and by a base of its own, as when the power goes before an old pair is deleted. */
    @Test
    void ofTwoThatLeadToOneVersionTheNewestSigningStaysAndElseTheLaterBase() throws Exception {
        StoredList stored = issued.install(disk);
        stored.apply(issued.randomChange(new Random(1), 40, 950));
        disk.put(LIST + ".1.2.list", issued.file());
        byte[] renewed = issued.heartbeat();
        stored.renew(ListHead.parse(renewed), renewed, true);
        Map<String, byte[]> first = Map.of(
                LIST + ".1.1.list", disk.read(LIST + ".1.1.list"),
                LIST + ".1.1.log", disk.read(LIST + ".1.1.log"));
        assertThat(opened().list().issuedAt()).isEqualTo(issued.now().issuedAt());
        assertThat(disk.names("")).containsExactlyInAnyOrderElementsOf(first.keySet());
        disk.put(LIST + ".1.2.list", issued.file());
        assertThat(opened().list().version()).isEqualTo(2);
        assertThat(disk.names("")).containsExactly(LIST + ".1.2.list", LIST + ".1.2.log");
    }

    /** A version that was signed once more, late, is no later version. */
    @Test
    void aLaterVersionGoesFurtherThanALaterSigning() throws Exception {
        StoredList stored = issued.install(disk);
        ListDelta second = issued.randomChange(new Random(1), 40, 950);
        byte[] file = issued.file();
        byte[] late =
                issued.sign(ForgedHeads.of(honest(), 1, 2, honest().issuedAt().plusSeconds(9_999)));
        System.arraycopy(late, 0, file, 0, ListHead.SIZE_BYTES);
        disk.put(LIST + ".1.2.list", file);
        stored.apply(second);
        stored.apply(issued.randomChange(new Random(2), 40, 950));
        assertThat(opened().list().version()).isEqualTo(3);
        assertThat(disk.names("")).containsExactly(LIST + ".1.1.list", LIST + ".1.1.log");
    }

    @Test
    void whereOneCannotBeReadNowTheOtherDecidesAndNothingIsDeleted() throws Exception {
        disk.put(LIST + ".1.1.list", file(1, 1));
        disk.put(LIST + ".1.1.log", new byte[0]);
        disk.put(LIST + ".1.2.list", file(1, 2));
        disk.put(LIST + ".1.2.log", new byte[0]);
        Map<String, String> before = disk.contents();
        disk.failReads(1);
        assertThat(opened().list().version()).isEqualTo(2);
        assertThat(disk.contents()).isEqualTo(before);
        disk.failReads(2);
        assertThatThrownBy(this::opened).isInstanceOf(IOException.class);
        assertThat(disk.contents()).isEqualTo(before);
    }

    @Test
    void whatDoesNotProveIsNamedAndStays() throws Exception {
        disk.put(LIST + ".1.1.list", new byte[20]);
        disk.put(LIST + ".1.2.list", new byte[30]);
        Map<String, String> before = disk.contents();
        assertThatThrownBy(this::opened)
                .isInstanceOf(ListRefusedException.class)
                .hasMessageContainingAll(LIST + ".1.1.list: ", "; " + LIST + ".1.2.list: ");
        assertThat(disk.contents()).isEqualTo(before);
        assertThat(disk.openFiles()).isZero();
    }

    /** A torn end would stand between the records before it and those that come. */
    @Test
    void whatIsTornAtTheLogsEndIsCutOffAtTheStart() throws Exception {
        StoredList stored = issued.install(disk);
        stored.apply(issued.randomChange(new Random(1), 40, 950));
        byte[] log = disk.read(LIST + ".1.1.log");
        byte[] torn = Arrays.copyOf(log, log.length + 5);
        disk.put(LIST + ".1.1.log", torn);
        assertThat(opened().list().version()).isEqualTo(2);
        assertThat(disk.read(LIST + ".1.1.log")).isEqualTo(log);
    }

    @Test
    void whatIsAdoptedWasHeardAndSurvivesAPowerCut() throws Exception {
        ListStore store = issued.store(disk);
        StoredList adopted = store.adopt(issued.writePart(disk, store), true);
        assertThat(adopted.list().heardInThisRun()).isTrue();
        assertThat(disk.openFiles()).isEqualTo(1);
        MemoryDisk left = disk.afterPowerCut();
        assertThat(left.names("")).containsExactly(LIST + ".1.1.list", LIST + ".1.1.log");
        StoredList restarted = issued.store(left).open().orElseThrow();
        assertThat(restarted.list().version()).isEqualTo(1);
        assertThat(restarted.list().heardInThisRun()).isFalse();
    }
}
