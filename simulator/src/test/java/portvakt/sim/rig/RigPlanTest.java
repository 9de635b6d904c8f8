package portvakt.sim.rig;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import portvakt.sim.world.Dice;

class RigPlanTest {

    private static final Duration LENGTH = Duration.ofSeconds(6);
    private static final int SEEDS = 500;

    private static RigPlan draw(long seed, Set<RigFault> possible) {
        return RigPlan.draw(new Dice(seed), possible, 3, LENGTH);
    }

    @Test
    void aSeedIsOnePlan() {
        Set<RigFault> all = EnumSet.allOf(RigFault.class);
        assertThat(draw(7, all)).isEqualTo(draw(7, all)).isNotEqualTo(draw(8, all));
    }

    @Test
    void everyKindStrikesAndNoneThatIsImpossible() {
        Set<RigFault> possible = EnumSet.complementOf(EnumSet.of(RigFault.NETWORK_POOR, RigFault.DISK_FULL));
        Set<RigFault> struck = EnumSet.noneOf(RigFault.class);
        for (long seed = 0; seed < SEEDS; seed++) {
            draw(seed, possible).blows().forEach(blow -> struck.add(blow.fault()));
        }
        assertThat(struck).isEqualTo(possible);
    }

    @Test
    void nothingIsStruckWhileItIsDown() {
        for (long seed = 0; seed < SEEDS; seed++) {
            List<RigPlan.Blow> blows = draw(seed, EnumSet.allOf(RigFault.class)).blows();
            for (int i = 0; i < blows.size(); i++) {
                for (int j = i + 1; j < blows.size(); j++) {
                    RigPlan.Blow first = blows.get(i);
                    RigPlan.Blow second = blows.get(j);
                    boolean same = first.fault().victim() == second.fault().victim() && first.gate() == second.gate();
                    assertThat(same && second.atMs() <= first.endsMs())
                            .as("seed %d: %s, %s", seed, first, second)
                            .isFalse();
                }
            }
        }
    }
}
