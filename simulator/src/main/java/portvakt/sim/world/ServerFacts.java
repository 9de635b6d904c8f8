package portvakt.sim.world;

import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import portvakt.protocol.CardNumber;
import portvakt.protocol.Uid;
import portvakt.protocol.pass.Pass;
import portvakt.protocol.v1.SitePolicy;
import portvakt.server.adapter.issuer.ListKeys;
import portvakt.server.adapter.issuer.SteppedIssuer;
import portvakt.server.adapter.issuer.SteppedPassback;
import portvakt.server.adapter.issuer.SteppedRepublisher;
import portvakt.server.adapter.sql.SqlEnrolments;
import portvakt.server.adapter.sql.SqlEntryLog;
import portvakt.server.adapter.sql.SqlGates;
import portvakt.server.adapter.sql.SqlPasses;
import portvakt.server.adapter.sql.SqlPolicyChanges;
import portvakt.server.adapter.sql.SqlSitePolicies;
import portvakt.server.port.Enrolments;
import portvakt.server.port.EntryLog;
import portvakt.server.port.LogEntry;
import portvakt.server.port.SitePolicies;

/**
 * What one run of the server's program publishes besides the register's list: the site's own list, enrolments, trust file and policy,
 * and who left; and what the site's office has it keep. The real parts, turn by turn, over commits that fail on bad days.
 */
final class ServerFacts {

    private static final String WHO = "anne";
    private static final int RUN_BYTES = 16;

    /** What it needs of its program. */
    interface Program {
        /** Runs a piece of it, if it still runs. */
        void inTurn(Runnable work);

        CompletableFuture<Void> publish(String topic, byte[] payload, boolean retain);
    }

    private final FaultyCommits commits;
    private final int signer;
    private final FactTruth truth;
    private final InstantSource clock;
    private final SqlEntryLog log;
    private final SqlEnrolments enrolments;
    private final SqlPolicyChanges policies;
    private final SqlPasses passes;
    private final SteppedIssuer list;
    private final SteppedRepublisher tables;
    private final SteppedRepublisher trust;
    private final Optional<SteppedPassback> passback;
    private final PacedRounds listRounds;
    private final PacedRounds tableRounds;
    private final PacedRounds trustRounds;
    private final Optional<PacedRounds> passbackRounds;
    private SitePolicy inForce = SiteOffice.FIRST_POLICY;
    private long rungFor;

    ServerFacts(
            World world,
            Dice dice,
            WorldDatabase database,
            FaultyCommits commits,
            SqlEntryLog log,
            ServerNode node,
            Program program) {
        this.commits = commits;
        this.signer = node.signer();
        this.truth = world.facts();
        this.clock = node.clock();
        this.log = log;
        this.enrolments = new SqlEnrolments(database.database(), this::enrolmentsChanged);
        this.policies = new SqlPolicyChanges(database.database(), this::policyChanged);
        this.passes = new SqlPasses(database.database());
        ListKeys keys = WorldKeys.get().list(node.signer());
        list = new SteppedIssuer(
                WorldKeys.SITE_LIST,
                WorldKeys.get().siteList(node.signer()),
                commits.statuses(),
                (topic, payload) -> answered(program.publish(topic, payload, true), this::listChanged),
                clock,
                node::epoch,
                () -> world.agenda().nowNs());
        tables = SteppedRepublisher.enrolments(
                List.of(World.SITE),
                keys,
                SqlEnrolments.reading(database.database()),
                (topic, payload) -> answered(program.publish(topic, payload, true), this::enrolmentsChanged),
                clock);
        trust = SteppedRepublisher.trust(
                node.trustFile(),
                keys,
                this::inForce,
                numbers(database),
                (topic, payload) -> answered(program.publish(topic, payload, true), this::trustAnswered),
                clock);
        byte[] run = new byte[RUN_BYTES];
        dice.fill(run);
        passback = world.site()
                .forgets()
                .map(forgets -> new SteppedPassback(
                        World.SITE,
                        forgets,
                        run,
                        keys,
                        log,
                        new SqlGates(database.database(), log),
                        (topic, payload, _) -> program.publish(topic, payload, false),
                        clock));
        Consumer<Runnable> guard = program::inTurn;
        listRounds = new PacedRounds(world.agenda(), dice, guard, list::round);
        tableRounds = new PacedRounds(world.agenda(), dice, guard, tables::round);
        trustRounds = new PacedRounds(world.agenda(), dice, guard, trust::round);
        passbackRounds = passback.map(each -> new PacedRounds(world.agenda(), dice, guard, each::round));
    }

    private static CompletableFuture<Void> answered(CompletableFuture<Void> answer, Runnable then) {
        answer.whenComplete((_, _) -> then.run());
        return answer;
    }

    void start() {
        listRounds.soon();
        tableRounds.soon();
        trustRounds.soon();
        passbackRounds.ifPresent(PacedRounds::soon);
        rungFor = newestRow();
    }

    /** First of all the trust file: gates believe the rest by it. */
    void trustFirst() {
        trust.brokerConnected();
        trustRounds.soon();
    }

    void connected(boolean sessionKnown) {
        list.brokerConnected(sessionKnown);
        listRounds.soon();
        tables.brokerConnected();
        tableRounds.soon();
    }

    void checkpointThere(long version) {
        list.checkpointThere(version);
    }

    void listChanged() {
        list.changed();
        listRounds.soon();
    }

    private void enrolmentsChanged() {
        if (tableRounds != null) {
            tableRounds.soon();
        }
    }

    private void policyChanged() {
        trust.changed();
        trustRounds.soon();
    }

    private void trustAnswered() {
        if (trustRounds != null) {
            trustRounds.soon();
        }
    }

    private long newestRow() {
        List<LogEntry> newest = log.before(Long.MAX_VALUE, 1, EntryLog.Filter.NONE);
        return newest.isEmpty() ? 0 : newest.getFirst().id();
    }

    /** Events were committed: as the log's bell in a running server, which rings on a thread of its own there. */
    void committed() {
        if (passback.isEmpty()) {
            return;
        }
        List<LogEntry> rows = log.after(rungFor, EntryLog.LIMIT_MAX, EntryLog.Filter.NONE);
        if (!rows.isEmpty()) {
            rungFor = rows.getLast().id();
        }
        if (rows.stream().anyMatch(SteppedPassback::rings)) {
            passbackRounds.orElseThrow().soon();
        }
    }

    private Map<String, SitePolicy> inForce() {
        Map<String, SitePolicy> found = new TreeMap<>(policies.inForce());
        found.putIfAbsent(World.SITE, SiteOffice.FIRST_POLICY);
        inForce = found.get(World.SITE);
        return found;
    }

    private SitePolicies numbers(WorldDatabase database) {
        SqlSitePolicies real = new SqlSitePolicies(database.database());
        return (site, hash, now) -> commits.commit(() -> {
            SitePolicies.Numbered numbered = real.number(site, hash, now);
            truth.numbered(numbered.version(), inForce, signer);
            return numbered;
        });
    }

    void bind(Uid uid, CardNumber card) {
        commits.commit(() -> {
            Enrolments.Binding done =
                    enrolments.bind(World.SITE, uid, card, Enrolments.OnConflict.REPLACE, WHO, clock.instant());
            truth.bound(uid, Optional.of(card));
            return done;
        });
    }

    void unbind(Uid uid) {
        commits.commit(() -> {
            boolean done = enrolments.unbind(World.SITE, uid, WHO, clock.instant());
            truth.bound(uid, Optional.empty());
            return done;
        });
    }

    void order(SitePolicy policy) {
        commits.commit(() -> {
            policies.add(World.SITE, Optional.of(policy), WHO, "drill", clock.instant());
            truth.ordered(policy);
            return policy;
        });
    }

    void issue(Pass pass) {
        commits.commit(() -> {
            if (passes.find(World.SITE, pass.number()).isEmpty()) {
                passes.issue(pass, "", WHO, clock.instant());
            }
            truth.issued(pass);
            return pass;
        });
    }

    /** A card's holder is taken for gone by somebody's word, or forgiven. */
    void left(CardNumber card) {
        passback.ifPresent(each -> {
            each.left(card);
            passbackRounds.orElseThrow().soon();
        });
    }
}
