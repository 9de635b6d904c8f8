package portvakt.sim.lists;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import portvakt.gate.status.ListRefusal;
import portvakt.gate.status.SealedList;
import portvakt.gate.testing.HandClock;
import portvakt.gate.testing.MemoryDisk;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.protocol.list.ListHead;
import portvakt.server.adapter.register.CardImports;

/** One register, server and broker and some gates, and what happens to them, by one seed. For one thread. */
final class ListStory implements AutoCloseable {

    private static final int GATES = 2;
    private static final int ASKED_A_STEP = 12;
    private static final Duration CALM = Duration.ofMinutes(45);

    private final SplittableRandom random;
    private final HandClock clock = new HandClock();
    private final RegisterTruth truth = new RegisterTruth();
    private final IssuedHistory history = new IssuedHistory(truth);
    private final FaultyBroker broker;
    private final StatusServer server;
    private final PushedTokens tokens;
    private final ReplicaGate.Provisioned provisioned;
    private final List<ReplicaGate> gates = new ArrayList<>();
    private final long[] highest = new long[GATES + 2];
    /** What some gate's disk was like when somebody put the gate into a cupboard. */
    private MemoryDisk inTheCupboard = new MemoryDisk();

    private int step;

    ListStory(long seed, Path folder) throws Exception {
        random = new SplittableRandom(seed);
        broker = new FaultyBroker(random.split());
        boolean onDisk = seed % 6 == 0;
        server = new StatusServer(
                onDisk ? "jdbc:h2:file:" + folder.resolve("database") : "jdbc:h2:mem:story-" + seed,
                folder,
                clock,
                broker,
                history::committed);
        int listed = switch (random.nextInt(5)) {
            case 0 -> random.nextInt(20);
            case 1 -> 9_000 + random.nextInt(4_000);
            default -> 300 + random.nextInt(600);
        };
        tokens = new PushedTokens(random.split(), clock, truth, 50 + 2 * listed);
        provisioned = server.provisioned();
        server.start();
        server.connect();
        importCards(listed, false);
        for (int gate = 0; gate < GATES; gate++) {
            gates.add(new ReplicaGate(provisioned, broker, clock));
        }
        broker.setFaulty(true);
    }

    /** Something happens, and some time passes. */
    void step() throws Exception {
        step++;
        registerSpeaks();
        serverSuffers();
        brokerSuffers();
        gates.forEach(this::suffers);
        clock.pass(Duration.ofMillis(random.nextInt(40) == 0 ? 60_000 : 20 + random.nextInt(1_200)));
        proceed();
    }

    private void registerSpeaks() throws Exception {
        if (random.nextInt(2) == 0) {
            tokens.say(random.nextInt(45) == 0 ? 100 + random.nextInt(700) : random.nextInt(5));
        }
        if (!server.isRunning()) {
            return;
        }
        tokens.push(server, random.nextInt(3) == 0 ? 400 : random.nextInt(6), 15);
        if (random.nextInt(25) == 0) {
            tokens.pushAgain(server);
        }
        if (random.nextInt(90) == 0) {
            importCards(random.nextInt(300), random.nextInt(3) == 0);
        }
    }

    private void importCards(int count, boolean whole) throws Exception {
        TreeSet<CardNumber> cards = new TreeSet<>();
        for (int card = 0; card < count; card++) {
            cards.add(tokens.card());
        }
        StringBuilder csv = new StringBuilder("card_number,status,event_time\n");
        List<Runnable> heard = new ArrayList<>();
        for (CardNumber card : cards) {
            var status = tokens.status();
            var time = tokens.time();
            csv.append(card.digits())
                    .append(',')
                    .append(status)
                    .append(',')
                    .append(time)
                    .append('\n');
            heard.add(() -> truth.hear(card, status, time));
        }
        assertThat(server.take(csv.toString(), whole)).isInstanceOf(CardImports.Result.Applied.class);
        heard.forEach(Runnable::run);
        if (whole) {
            truth.onlyThese(cards, clock.now().wall());
        }
    }

    private void serverSuffers() throws Exception {
        if (!server.isRunning()) {
            if (random.nextInt(5) == 0) {
                server.start();
            }
            return;
        }
        server.commits().setAway(random.nextInt(12) == 0);
        if (random.nextInt(10) == 0) {
            FaultyStatuses.Fault[] faults = FaultyStatuses.Fault.values();
            server.commits().next(faults[random.nextInt(faults.length)]);
        }
        if (random.nextInt(40) == 0) {
            server.stop();
        } else if (!broker.isLinked() && random.nextInt(4) == 0) {
            server.connect();
        }
    }

    private void brokerSuffers() {
        if (random.nextInt(10) == 0) {
            broker.setSlow(random.nextBoolean());
        }
        if (broker.deliver(random.nextInt(12))) {
            server.wake();
        }
        switch (random.nextInt(130)) {
            case 0, 1, 2, 3 -> broker.cutLink();
            case 4 -> broker.forget();
            case 5, 6 -> broker.stopHard();
            default -> {}
        }
    }

    private void suffers(ReplicaGate gate) {
        switch (random.nextInt(60)) {
            case 0, 1 -> gate.disconnect();
            case 2 -> gate.disk().cutPowerAfter(random.nextInt(12));
            case 3 -> gate.restart();
            case 4 -> inTheCupboard = gate.disk().afterPowerCut();
            default -> {
                if (!gate.isConnected() && random.nextInt(8) == 0) {
                    gate.connect();
                }
            }
        }
    }

    private void proceed() {
        server.step();
        for (int at = 0; at < gates.size(); at++) {
            ReplicaGate gate = gates.get(at);
            try {
                gate.step(8);
            } catch (MemoryDisk.PowerCut e) {
                gate.start(gate.disk().afterPowerCut(random.nextBoolean(), bytes -> random.nextInt(bytes + 1)));
            }
            assertThat(gate.version())
                    .as("step %d, version of gate %d", step, at)
                    .isBetween(highest[at], history.newest());
            highest[at] = gate.version();
            List<CardNumber> cards = truth.cards();
            for (int asked = 0; asked < ASKED_A_STEP && !cards.isEmpty(); asked++) {
                answersRightly(gate, cards.get(random.nextInt(cards.size())));
            }
        }
    }

    private void answersRightly(ReplicaGate gate, CardNumber card) {
        gate.decides()
                .ifPresent(list -> assertThat(list.statusOf(card))
                        .as("step %d, card %s in version %d", step, card.digits(), list.version())
                        .isPresent()
                        .get()
                        .isIn(history.statusesOf(card, list.version())));
    }

    /** The faults stop. A new gate comes, and one that lay in a cupboard. */
    void end() throws Exception {
        broker.setFaulty(false);
        broker.setSlow(false);
        broker.deliver(Integer.MAX_VALUE);
        if (!server.isRunning()) {
            server.start();
        }
        server.commits().next(FaultyStatuses.Fault.NONE);
        server.commits().setAway(false);
        if (!broker.isLinked()) {
            server.connect();
        }
        while (tokens.isWaiting()) {
            tokens.push(server, 400, 0);
        }
        for (ReplicaGate gate : gates) {
            gate.disk().cutPowerAfter(Long.MAX_VALUE / 2);
        }
        gates.add(new ReplicaGate(provisioned, broker, clock));
        gates.add(new ReplicaGate(provisioned, broker, clock));
        gates.getLast().start(inTheCupboard);
        settle();
        Map<CardNumber, CardStatus> known = server.statuses(truth.cards());
        truth.cards()
                .forEach(card -> assertThat(known)
                        .as("the server's status of card %s", card.digits())
                        .containsEntry(card, truth.statusOf(card)));
        for (ReplicaGate gate : gates) {
            endsWell(gate);
        }
    }

    /** Until the last heartbeat that could tell of something has come. */
    private void settle() {
        for (long second = 0; second < CALM.toSeconds(); second += 3) {
            step++;
            clock.pass(Duration.ofSeconds(3));
            for (ReplicaGate gate : gates) {
                if (!gate.isConnected()) {
                    gate.connect();
                }
            }
            proceed();
        }
    }

    private void endsWell(ReplicaGate gate) throws Exception {
        String name = "gate " + gates.indexOf(gate);
        assertThat(gate.decides()).as(name).isPresent();
        SealedList list = gate.decides().get();
        assertThat(list.version()).as(name).isEqualTo(server.published().version());
        for (CardNumber card : truth.cards()) {
            assertThat(list.statusOf(card))
                    .as("card %s at %s", card.digits(), name)
                    .contains(truth.statusOf(card));
        }
        byte[] file = gate.foldedFile();
        byte[] head = Arrays.copyOf(file, ListHead.SIZE_BYTES);
        assertThat(broker.hasCarried(head))
                .as("the server signed the head of %s", name)
                .isTrue();
        assertThat(file).as("file of %s", name).isEqualTo(server.snapshot(head));
        assertThat(gate.alarms()).as(name).isEmpty();
        // Whoever was ahead of what the broker has is shown an older head, and nobody attacks.
        assertThat(gate.refusals()).as(name).isSubsetOf(ListRefusal.ROLLBACK);
    }

    @Override
    public void close() {
        server.close();
    }
}
