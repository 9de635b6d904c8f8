package portvakt.sim.world;

import static org.assertj.core.api.Assertions.assertThat;
import static portvakt.sim.world.Scenario.scenario;

import java.time.Duration;
import java.time.LocalDate;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import portvakt.gate.access.CardRead;
import portvakt.protocol.CardNumber;
import portvakt.protocol.Uid;

/** What is worth a name: bugs that there were, and places where two things happen at once. The rules of every run hold in each. */
class ScenariosTest {

    /** The card of the fourth person, whose last day is the one on which a run begins. */
    private static final CardRead ENDS_AT_MIDNIGHT = new CardRead.ChipData(
            new CardNumber("10000003"), new Uid("04a00003"), Optional.of(LocalDate.of(2026, 6, 1)), Optional.empty());

    private static WorldDatabase database;

    @BeforeAll
    static void open() {
        database = new WorldDatabase("scenarios");
    }

    @AfterAll
    static void close() {
        database.close();
    }

    private static Duration at(int minute, int second) {
        return Duration.ofMinutes(minute).plusSeconds(second);
    }

    private static World.Result good(Scenario scenario) {
        World.Result result = scenario.run(database);
        assertThat(result.violation())
                .as(() -> String.join("\n", result.lastLines()))
                .isNull();
        return result;
    }

    /** Was seed 33: the file was dropped until the next connection, and the gate refused every list by the new key. */
    @Test
    void aTrustFileArrivesWhileTheDiskIsFull() {
        World.Result result = good(scenario(33)
                .minutes(9)
                .people(3)
                .at(at(2, 0), world -> {
                    world.gates().getFirst().watch().listMayFall();
                    world.gates().getFirst().disk().setRoomBytes(0);
                })
                .at(at(2, 20), world -> world.server().rotate(false))
                .at(at(4, 0), world -> world.gates().getFirst().disk().setRoomBytes(Long.MAX_VALUE)));
        assertThat(result.marks().count("event Alarm DISK")).isPositive();
    }

    /** Was seed 141: nothing that led on from the gate's version was signed by the new key, until thousands of cards had changed. */
    @Test
    void aKeyRotatesWhileAGateIsOneVersionBehind() {
        Scenario scenario = scenario(141)
                .minutes(8)
                .people(3)
                .at(at(2, 0), world -> world.gates().getLast().session().plug(false))
                .at(at(2, 10), world -> world.register().burst())
                .at(at(3, 30), world -> world.server().rotate(false))
                .at(at(4, 0), world -> world.gates().getLast().session().plug(true));
        good(scenario);
        assertThat(scenario.lines()).anyMatch(line -> line.endsWith("server key 1 signs, epoch 1"));
    }

    /** The list that decides after the cut is one that was issued, and the newest follows. */
    @Test
    void aListArrivesDuringAPowerCut() {
        for (int operations = 0; operations < 4; operations++) {
            int after = operations;
            World.Result result = good(scenario(7)
                    .minutes(6)
                    .people(1)
                    .at(at(2, 0), world -> world.register().burst())
                    .at(
                            at(2, 0),
                            world -> world.gates().forEach(gate -> gate.disk().cutPowerAfter(after))));
            assertThat(result.marks().count("the power went in the middle of a write"))
                    .isPositive();
        }
    }

    /** The gate sends again what was committed, and the server has it once. */
    @Test
    void anAcknowledgementIsLost() {
        Scenario scenario = scenario(5)
                .minutes(6)
                .people(4)
                .at(
                        at(1, 0),
                        world -> world.broker()
                                .swallow(world.gates().getFirst().address().acks(), 1_000))
                .at(at(5, 0), world -> world.broker().swallow("", 0));
        World.Result result = good(scenario);
        assertThat(result.marks().count("events came twice and were taken once"))
                .isPositive();
    }

    /** What the gate has journalled and the list it has proved hold: a card that has ended does not come to life again. */
    @Test
    void aClockJumpsBackOverACardsEnd() {
        Scenario scenario = scenario(3)
                .minutes(16)
                .people(1)
                .at(at(12, 0), world -> world.gates().getFirst().hands().jump(Duration.ofHours(-3)))
                .at(at(13, 0), world -> {
                    world.gates().getFirst().watch().presented();
                    world.gates().getFirst().present(ENDS_AT_MIDNIGHT);
                });
        World.Result result = good(scenario);
        assertThat(scenario.lines())
                .anyMatch(line -> line.startsWith("00:13:00") && line.endsWith("AccessDenied CREDENTIAL_EXPIRED"));
        assertThat(result.marks().count("event Alarm CLOCK_JUMPED")).isPositive();
    }

    /** The seeds of the first version in which the two bugs were found, with what they need of it. */
    @Test
    void aDiskThatFillsNowAndThenCostsNothing() {
        good(scenario(33).with(Fault.DISK_FULL, Fault.KEY_ROTATION).minutes(9).people(3));
        good(scenario(141).with(Fault.LINK_LOST, Fault.KEY_ROTATION).minutes(9).people(3));
    }
}
