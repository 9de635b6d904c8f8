package portvakt.sim.world;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.event.JournalStart;
import portvakt.server.adapter.issuer.SteppedIssuer;
import portvakt.server.adapter.mqtt.BrokerLink;
import portvakt.server.adapter.mqtt.LiveTraffic;
import portvakt.server.adapter.mqtt.ServerTraffic;
import portvakt.server.adapter.sql.SqlCardRegister;
import portvakt.server.adapter.sql.SqlEntryLog;
import portvakt.server.adapter.sql.SqlEventIngest;
import portvakt.server.adapter.sql.SqlGates;
import portvakt.server.adapter.sql.SqlMusters;
import portvakt.server.adapter.sql.SqlPresence;
import portvakt.server.log.MusterDoubt;
import portvakt.server.port.CardRegister;
import portvakt.server.port.EntryLog;
import portvakt.server.port.Musters;
import portvakt.server.port.RetainedPublisher;
import portvakt.server.port.StatusChange;
import portvakt.server.port.StorageException;
import portvakt.server.web.MusterDesk;

/** The server's computer: its database stays, its program comes and goes, and runs turn by turn. */
public final class ServerNode {

    private static final Duration WORK_MIN = Duration.ofMillis(1);
    private static final Duration WORK_MAX = Duration.ofMillis(30);
    private static final List<Duration> PAUSES =
            List.of(Duration.ofMillis(200), Duration.ofSeconds(1), Duration.ofSeconds(5));
    /** Longer than any message is on its way. */
    private static final Duration CAUGHT_UP = Duration.ofSeconds(15);

    private static final String WHO = "server";

    private final World world;
    private final Dice dice;
    private final WorldDatabase database;
    private final FaultyCommits commits;
    private final SimSession session;
    /** For live copies: on the other one they would stand behind the backlog that they overtake. */
    private final SimSession liveSession;

    private final Dice factDice;
    private final InstantSource clock;
    private Optional<Program> program = Optional.empty();
    private int signer;
    private int removed;
    private int epoch = 1;

    ServerNode(World world, Dice dice, WorldDatabase database) {
        this.world = world;
        this.dice = dice;
        this.database = database;
        this.clock = () -> SimTime.at(world.agenda().nowNs());
        this.commits = new FaultyCommits(world, dice.split(), database);
        this.session = new SimSession(WHO, world, dice.split(), true, this::guarded);
        this.liveSession = new SimSession(WHO + ":live", world, dice.split(), false, this::guarded);
        this.factDice = dice.split();
        SqlGates gates = new SqlGates(database.database());
        world.gates()
                .forEach(gate -> gates.register(
                        gate.address(),
                        gate.direction(),
                        gate.name(),
                        gate.enrolment().certificate(),
                        clock.instant()));
    }

    /** One run of the program. */
    private final class Program
            implements ServerTraffic.Lanes, ServerTraffic.Out, BrokerLink.Listener, ServerFacts.Program {
        private final SqlEntryLog log = new SqlEntryLog(database.database());
        private final SqlGates gates = new SqlGates(database.database(), log);
        private final ServerTraffic traffic = new ServerTraffic(
                commits.ingest(new SqlEventIngest(database.database(), log, doubleEntryWithin()), this::committed),
                gates,
                clock,
                this,
                this,
                this);
        private final CardRegister register = new SqlCardRegister(database.database(), clock, this::changed);
        private final SteppedIssuer issuer = new SteppedIssuer(
                WorldKeys.LIST,
                WorldKeys.get().list(signer),
                commits.statuses(),
                new Publisher(),
                clock,
                () -> epoch,
                () -> world.agenda().nowNs());
        private final ServerFacts facts =
                new ServerFacts(world, factDice.split(), database, commits, log, ServerNode.this, this);
        private final SqlPresence presence = new SqlPresence(database.database(), doubleEntryWithin());
        private final SqlMusters musters = new SqlMusters(database.database(), site -> log.onSite(Optional.of(site)));
        private final Map<String, Deque<Runnable>> lanes = new TreeMap<>();
        private long roundAtNs = Long.MAX_VALUE;

        void start() {
            gates.onCutOff(traffic::letIn);
            session.open(traffic);
            liveSession.open(new LiveTraffic(log.liveIngest(), clock, filter -> liveSession.subscribe(filter, false)));
            roundSoon();
            facts.start();
        }

        private void changed(String list) {
            if (list.equals(WorldKeys.SITE_LIST)) {
                facts.listChanged();
            } else {
                issuer.changed();
                roundSoon();
            }
        }

        private void committed() {
            facts.committed();
        }

        @Override
        public void inTurn(Runnable work) {
            guarded(this, work);
        }

        @Override
        public CompletableFuture<Void> publish(String topic, byte[] payload, boolean retain) {
            return session.publish(topic, payload, retain);
        }

        private void roundSoon() {
            roundIn(dice.between(WORK_MIN, WORK_MAX));
        }

        private void roundIn(Duration delay) {
            long at = world.agenda().nowNs() + delay.toNanos();
            if (at < roundAtNs) {
                roundAtNs = at;
                world.agenda().at(at, () -> guarded(this, this::round));
            }
        }

        private void round() {
            if (world.agenda().nowNs() < roundAtNs) {
                return;
            }
            roundAtNs = Long.MAX_VALUE;
            roundIn(issuer.round());
        }

        @Override
        public void run(GateAddress gate, Runnable work, BiConsumer<GateAddress, StorageException> givenUp) {
            lane(gate.gate(), () -> attempt(gate, work, givenUp, 0));
        }

        @Override
        public void run(Runnable work) {
            lane("", () -> {
                try {
                    work.run();
                } catch (StorageException e) {
                    world.trace().line(WHO, "not done: " + e.getMessage());
                }
                next("");
            });
        }

        private void lane(String name, Runnable work) {
            Deque<Runnable> lane = lanes.computeIfAbsent(name, _ -> new ArrayDeque<>());
            lane.add(work);
            if (lane.size() == 1) {
                begin(lane);
            }
        }

        private void begin(Deque<Runnable> lane) {
            world.agenda().in(dice.between(WORK_MIN, WORK_MAX), () -> guarded(this, lane.peek()));
        }

        boolean isIdle() {
            return lanes.values().stream().allMatch(Deque::isEmpty);
        }

        private void next(String name) {
            Deque<Runnable> lane = lanes.get(name);
            lane.remove();
            if (!lane.isEmpty()) {
                begin(lane);
            }
        }

        private void attempt(
                GateAddress gate, Runnable work, BiConsumer<GateAddress, StorageException> givenUp, int tries) {
            try {
                work.run();
            } catch (StorageException e) {
                world.trace().line(WHO, gate.gate() + " not taken: " + e.getMessage());
                if (tries < PAUSES.size()) {
                    world.agenda()
                            .in(PAUSES.get(tries), () -> guarded(this, () -> attempt(gate, work, givenUp, tries + 1)));
                    return;
                }
                world.marks().reached("the server gave up a message that its database did not take");
                givenUp.accept(gate, e);
            }
            next(gate.gate());
        }

        @Override
        public CompletableFuture<Void> publishRetained(String topic, byte[] payload) {
            commits.acks().published(topic, payload);
            return session.publish(topic, payload, true);
        }

        @Override
        public CompletableFuture<Void> subscribe(List<String> filters) {
            return CompletableFuture.allOf(filters.stream()
                    .map(filter -> session.subscribe(filter, true))
                    .toArray(CompletableFuture[]::new));
        }

        @Override
        public void connected(boolean sessionKnown) {
            facts.trustFirst();
            issuer.brokerConnected(sessionKnown);
            roundSoon();
            facts.connected(sessionKnown);
        }

        @Override
        public void checkpointThere(String list, long version) {
            if (list.equals(WorldKeys.SITE_LIST)) {
                facts.checkpointThere(version);
            } else {
                issuer.checkpointThere(version);
            }
        }

        private final class Publisher implements RetainedPublisher {
            @Override
            public CompletableFuture<Void> publishRetained(String topic, byte[] payload) {
                CompletableFuture<Void> answer = session.publish(topic, payload, true);
                answer.whenComplete((_, _) -> roundSoon());
                return answer;
            }
        }
    }

    void start() {
        if (program.isEmpty()) {
            world.trace().line(WHO, "starts");
            Program started = new Program();
            program = Optional.of(started);
            started.start();
        }
    }

    /** The program ends at once, whatever is under way. */
    void kill(String why) {
        if (program.isPresent()) {
            world.trace().line(WHO, "killed: " + why);
            Program killed = program.get();
            program = Optional.empty();
            session.close();
            liveSession.close();
            killed.log.close();
        }
    }

    boolean isRunning() {
        return program.isPresent();
    }

    boolean isConnected() {
        return session.isConnected();
    }

    SimSession session() {
        return session;
    }

    /** Another key signs from the next start on. @param epochToo whether the old ones are removed and the list's epoch rises */
    void rotate(boolean epochToo) {
        if (signer + 1 < WorldKeys.SIGNERS) {
            signer++;
            if (epochToo) {
                removed = signer;
                epoch++;
            }
            world.trace().line(WHO, "key " + signer + " signs, epoch " + epoch);
            kill("restarted with another key");
            start();
        }
    }

    private void guarded(Runnable work) {
        program.ifPresent(running -> guarded(running, work));
    }

    private void guarded(Program of, Runnable work) {
        if (program.filter(running -> running == of).isEmpty()) {
            return;
        }
        try {
            work.run();
        } catch (FaultyCommits.ServerStopped e) {
            world.marks().reached("the server was killed at a commit");
            kill(e.getMessage());
            world.agenda().in(dice.between(Duration.ofSeconds(1), Duration.ofMinutes(2)), this::start);
        } catch (Violation e) {
            throw e;
        } catch (RuntimeException e) {
            throw new Violation("the server's program threw", String.valueOf(e), e);
        }
    }

    /** Something that the site's office has it do. @return whether it said that it did */
    boolean ask(Consumer<ServerFacts> work) {
        if (program.isEmpty()) {
            return false;
        }
        boolean[] done = {false};
        guarded(() -> {
            try {
                work.accept(program.orElseThrow().facts);
                done[0] = true;
            } catch (StorageException e) {
                world.trace().line(WHO, "the office's wish not taken: " + e.getMessage());
            }
        });
        return done[0];
    }

    /** Whether all that gates have sent until some time ago is taken in, or given up. */
    boolean isCaughtUp() {
        return session.isConnectedSince(CAUGHT_UP)
                && program.filter(Program::isIdle).isPresent();
    }

    /** Enrols another computer in a gate's place. Call when caught up. */
    Enrolment letIn(GateNode gate) {
        byte[] certificate =
                gate.enrolment().next(JournalStart.NONE, trustFile()).certificate();
        JournalStart end = program.orElseThrow()
                .gates
                .register(gate.address(), gate.direction(), gate.name(), certificate, clock.instant());
        commits.acks().committed(gate.address().acks(), end.sequence());
        return gate.enrolment().next(end, trustFile());
    }

    private Map<String, Duration> doubleEntryWithin() {
        return world.site()
                .doubleEntryWithin()
                .<Map<String, Duration>>map(within -> new TreeMap<>(Map.of(World.SITE, within)))
                .orElseGet(TreeMap::new);
    }

    byte[] trustFile() {
        return WorldKeys.get().trustFile(signer, removed, epoch);
    }

    ListTruth siteTruth() {
        return commits.siteTruth();
    }

    InstantSource clock() {
        return clock;
    }

    /** The cable to the broker. */
    void plug(boolean in) {
        session.plug(in);
        liveSession.plug(in);
    }

    /** What a register's token says. @return whether the server has it now */
    boolean push(List<StatusChange> changes) {
        if (program.isEmpty()) {
            return false;
        }
        boolean[] taken = {false};
        guarded(() -> {
            try {
                program.orElseThrow().register.applyAll(changes);
                taken[0] = true;
            } catch (StorageException e) {
                world.trace().line(WHO, "tokens not taken: " + e.getMessage());
            }
        });
        return taken[0];
    }

    /** Versions as the database has them. */
    public long issuedVersion() {
        return commits.issuedVersion();
    }

    public int epoch() {
        return epoch;
    }

    int signer() {
        return signer;
    }

    ListTruth truth() {
        return commits.truth();
    }

    /** What somebody who holds a muster sees. */
    public record Muster(List<EntryLog.OnSite> onSite, List<MusterDoubt> doubts) {}

    /** Empty where there is no server to ask. */
    public Optional<Muster> muster() {
        return program.map(running -> {
            MusterDesk desk = new MusterDesk(running.musters, running.presence, running.log, running.gates);
            return new Muster(onSite(), desk.doubts(World.SITE, List.of(), clock.instant()));
        });
    }

    /** Somebody holds a muster, if there is a server to hold it with. */
    void drill(BiConsumer<Musters, Instant> work) {
        guarded(() -> work.accept(program.orElseThrow().musters, clock.instant()));
    }

    /** What is live and not in the log; nothing while the program is down. */
    public List<String> live() {
        return program.stream()
                .flatMap(running -> running.log.live().stream())
                .map(copy -> copy.gate() + " " + copy.sequence())
                .toList();
    }

    /** Who is on site, as anybody would see it. */
    public List<EntryLog.OnSite> onSite() {
        return program.orElseThrow().log.onSite(Optional.of(World.SITE));
    }

    Instant now() {
        return clock.instant();
    }

    public WorldDatabase database() {
        return database;
    }

    static Direction directionOf(int gate) {
        return gate % 2 == 0 ? Direction.IN : Direction.OUT;
    }
}
