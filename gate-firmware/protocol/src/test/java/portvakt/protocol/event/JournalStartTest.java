package portvakt.protocol.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A gate goes on after the event that its server named, and after no other that somebody or the disk made of it. */
class JournalStartTest {

    private static final ByteString HASH = ByteString.copyFrom(new byte[EventChain.HASH_BYTES - 1])
            .concat(ByteString.copyFrom(new byte[] {(byte) 0xab}));

    /** Written and read by programs of different ages: it stays as it is here. */
    private static final String TEXT =
            "PVS1 4711 00000000000000000000000000000000000000000000000000000000000000ab 82d6c9c6\n";

    @Test
    void isReadAsWritten() {
        JournalStart start = new JournalStart(4711, HASH);
        assertThat(start.text()).isEqualTo(TEXT);
        assertThat(JournalStart.parse(start.text())).isEqualTo(start);
        assertThat(start.isNone()).isFalse();
        assertThat(JournalStart.NONE.isNone()).isTrue();
    }

    @Test
    void anyOtherCharacterIsRefused() {
        String text = new JournalStart(4711, HASH).text();
        for (int at = 0; at < text.length(); at++) {
            String changed = text.substring(0, at) + (text.charAt(at) == '1' ? '2' : '1') + text.substring(at + 1);
            assertThatThrownBy(() -> JournalStart.parse(changed))
                    .as(changed)
                    .isInstanceOf(IllegalArgumentException.class);
            String cut = text.substring(0, at);
            assertThatThrownBy(() -> JournalStart.parse(cut)).as(cut).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aNumberChangedByHandIsToldFromAFileOfAnotherForm() {
        String text = new JournalStart(4711, HASH).text();
        assertThatThrownBy(() -> JournalStart.parse(text.replace("4711", "4712")))
                .hasMessage("was changed by hand or damaged: its check is another");
        assertThatThrownBy(() -> JournalStart.parse("4711\n"))
                .hasMessage("is not a line of the form PVS1 SEQUENCE HASH CHECK");
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, Long.MAX_VALUE})
    void noJournalGoesOnAfterANumberThatNoEventHas(long sequence) {
        assertThatThrownBy(() -> new JournalStart(sequence, HASH)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aHashHasItsLength() {
        assertThatThrownBy(() -> new JournalStart(1, HASH.substring(1))).isInstanceOf(IllegalArgumentException.class);
    }
}
