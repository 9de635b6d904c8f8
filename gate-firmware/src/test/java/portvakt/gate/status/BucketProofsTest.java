package portvakt.gate.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A bucket is proved when that was said of it, of no other, and nobody found it damaged, before or after. */
class BucketProofsTest {

    private static final int BUCKETS = 64;

    private final BucketProofs proofs = new BucketProofs(BUCKETS);

    private int[] proved() {
        return IntStream.range(0, BUCKETS).filter(proofs::isProved).toArray();
    }

    @Test
    void onlyWhatWasProvedIs() {
        assertThat(proved()).isEmpty();
        for (int bucket : new int[] {0, 31, 32, 63}) {
            proofs.proved(bucket);
        }
        assertThat(proved()).containsExactly(0, 31, 32, 63);
        assertThat(proofs.damagedCount()).isZero();
    }

    @Test
    void damagedOnceIsDamagedWhateverProvesLater() {
        proofs.proved(5);
        proofs.damaged(5);
        proofs.damaged(40);
        proofs.damaged(40);
        proofs.proved(40);
        proofs.damaged(63);
        assertThat(proved()).isEmpty();
        assertThat(proofs.damaged()).containsExactly(5, 40, 63);
        assertThat(proofs.damagedCount()).isEqualTo(3);
        assertThat(proofs.isDamaged(39)).isFalse();
    }
}
