package portvakt.server.list;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads the draft's own vectors at each width, and refuses what is damaged, cut short or endless. */
class TokenStatusListTest {

    private static final int ENTRIES = 1 << 20;
    private static final int BYTES_MAX = 8 << 20;

    private static byte[] deflate(byte[] plain) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflater = new DeflaterOutputStream(out)) {
            deflater.write(plain);
        }
        return out.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 8})
    void readsTheDraftsVectors(int bits) throws Exception {
        String text;
        try (InputStream in = getClass().getResourceAsStream("status-list-vectors.txt")) {
            text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        }
        String[] lines =
                text.substring(text.indexOf("bits " + bits)).split("\n\n", 2)[0].split("\n");
        TokenStatusList list = TokenStatusList.inflate(
                bits, Base64.getUrlDecoder().decode(lines[1].substring("lst ".length())), BYTES_MAX);

        assertThat(list.size()).isEqualTo(ENTRIES);
        Map<Long, Integer> notValid = new TreeMap<>();
        for (String line : Arrays.asList(lines).subList(2, lines.length)) {
            long index = Long.parseLong(line.split(" ")[0]);
            int status = Integer.parseInt(line.split(" ")[1]);
            assertThat(list.status(index)).as("index %d", index).isEqualTo(status);
            if (status != TokenStatusList.VALID) {
                notValid.put(index, status);
            }
        }
        Map<Long, Integer> walked = new TreeMap<>();
        for (long at = list.nextNotValid(0); at < list.size(); at = list.nextNotValid(at + 1)) {
            walked.put(at, list.status(at));
        }
        assertThat(walked).isEqualTo(notValid);
    }

    @Test
    void packsTheLowestBitsFirst() throws Exception {
        byte[] compressed = HexFormat.of().parseHex("78da3be9f2130003df0207");
        TokenStatusList list = TokenStatusList.inflate(2, compressed, BYTES_MAX);
        int[] expected = {1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3};
        for (int i = 0; i < expected.length; i++) {
            assertThat(list.status(i)).as("index %d", i).isEqualTo(expected[i]);
        }
        assertThatThrownBy(() -> list.status(12))
                .isInstanceOf(IndexOutOfBoundsException.class)
                .hasMessage("index 12 of 12");
        assertThatThrownBy(() -> list.status(-1))
                .isInstanceOf(IndexOutOfBoundsException.class)
                .hasMessage("index -1 of 12");
    }

    @Test
    void refusesABomb() throws Exception {
        byte[] bomb = deflate(new byte[64 << 20]);
        assertThat(bomb.length).isLessThan(100_000);
        assertThatThrownBy(() -> TokenStatusList.inflate(1, bomb, 1000))
                .isInstanceOf(TokenStatusList.Malformed.class)
                .hasMessageContaining("more than 1000 bytes");
        assertThat(TokenStatusList.inflate(1, deflate(new byte[1000]), 1000).size())
                .isEqualTo(8000);
    }

    /** Whatever the sizes of the pieces that it is inflated in. */
    @ParameterizedTest
    @ValueSource(ints = {1, 8191, 8192, 8193, 10_000, 16_384, 16_385, 100_000})
    void takesAListOfJustTheMostBytesAndNoneWithOneMore(int bytesMax) throws Exception {
        assertThat(TokenStatusList.inflate(1, deflate(new byte[bytesMax]), bytesMax)
                        .size())
                .isEqualTo(8L * bytesMax);
        byte[] longer = deflate(new byte[bytesMax + 1]);
        assertThatThrownBy(() -> TokenStatusList.inflate(1, longer, bytesMax))
                .isInstanceOf(TokenStatusList.Malformed.class)
                .hasMessage("the list inflates to more than " + bytesMax + " bytes");
    }

    /** At each width, from each index and whatever lies around it. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 8})
    void findsTheNextStatusThatIsNotValidFromAnyIndex(int bits) throws Exception {
        SplittableRandom random = new SplittableRandom(bits);
        for (int round = 0; round < 40; round++) {
            byte[] statuses = new byte[random.nextInt(30)];
            for (int set = random.nextInt(6); set > 0 && statuses.length > 0; set--) {
                statuses[random.nextInt(statuses.length)] |= (byte) (1 << random.nextInt(8));
            }
            TokenStatusList list = TokenStatusList.inflate(bits, deflate(statuses), BYTES_MAX);
            for (long from = 0; from <= list.size(); from++) {
                long expected = from;
                while (expected < list.size() && list.status(expected) == TokenStatusList.VALID) {
                    expected++;
                }
                assertThat(list.nextNotValid(from))
                        .as(
                                "round %d from %d of %s",
                                round, from, HexFormat.of().formatHex(statuses))
                        .isEqualTo(expected);
            }
        }
    }

    @Test
    void refusesWhatIsDamagedOrCutOrLonger() throws Exception {
        byte[] good = deflate("some statuses, whatever they may be".getBytes(StandardCharsets.US_ASCII));
        for (int length = 0; length < good.length; length++) {
            byte[] cut = Arrays.copyOf(good, length);
            assertThatThrownBy(() -> TokenStatusList.inflate(8, cut, BYTES_MAX))
                    .as("cut at %d", length)
                    .isInstanceOf(TokenStatusList.Malformed.class);
        }
        assertThatThrownBy(() -> TokenStatusList.inflate(8, Arrays.copyOf(good, good.length + 1), BYTES_MAX))
                .hasMessageContaining("follow");
        assertThatThrownBy(() -> TokenStatusList.inflate(8, new byte[] {1, 2, 3, 4}, BYTES_MAX))
                .hasMessageContaining("zlib");
        assertThatThrownBy(() -> TokenStatusList.inflate(3, good, BYTES_MAX)).hasMessageContaining("1, 2, 4 or 8");
    }
}
