package portvakt.sim.world;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.list.ListHead;
import portvakt.protocol.v1.EventBatch;
import portvakt.server.adapter.sql.SqlCardStatuses;
import portvakt.server.port.CardStatuses;
import portvakt.server.port.EventIngest;
import portvakt.server.port.StorageException;
import portvakt.sim.check.AckAudit;

/**
 * The real commits, on bad days: one may fail, may stand though it seems to have failed, or may be the last that the server's program
 * does, before or after it.
 */
final class FaultyCommits {

    /** The server's program has ended. */
    static final class ServerStopped extends RuntimeException {
        private static final long serialVersionUID = 1L;

        ServerStopped(String when) {
            super(when);
        }
    }

    private enum Outcome {
        GOOD,
        FAILS,
        SEEMS_TO_FAIL,
        LAST_BEFORE,
        LAST_AFTER
    }

    private final World world;
    private final Dice dice;
    private final CardStatuses real;
    private final ListTruth truth;
    private final AckAudit acks = new AckAudit();
    private final ListTruth siteTruth = new ListTruth();
    private long issuedVersion;

    FaultyCommits(World world, Dice dice, WorldDatabase database) {
        this.world = world;
        this.dice = dice;
        this.real = new SqlCardStatuses(database.database());
        this.truth = new ListTruth();
    }

    /** What the server may acknowledge. */
    AckAudit acks() {
        return acks;
    }

    ListTruth truth() {
        return truth;
    }

    ListTruth siteTruth() {
        return siteTruth;
    }

    long issuedVersion() {
        return issuedVersion;
    }

    private Outcome draw() {
        if (world.isFaulty(Fault.DATABASE_FAILS) && dice.chance(world.options().share(Fault.DATABASE_FAILS))) {
            return dice.chance(0.5) ? Outcome.FAILS : Outcome.SEEMS_TO_FAIL;
        }
        if (world.isFaulty(Fault.SERVER_KILLED) && dice.chance(world.options().share(Fault.SERVER_KILLED) / 4)) {
            return dice.chance(0.5) ? Outcome.LAST_BEFORE : Outcome.LAST_AFTER;
        }
        return Outcome.GOOD;
    }

    <T> T commit(Supplier<T> work) {
        return switch (draw()) {
            case GOOD -> work.get();
            case FAILS -> throw new StorageException("not committed", new IllegalStateException("refused"));
            case SEEMS_TO_FAIL -> {
                work.get();
                world.marks().reached("a commit stood though it seemed to fail");
                throw new StorageException("perhaps committed", new IllegalStateException("no answer"));
            }
            case LAST_BEFORE -> throw new ServerStopped("before a commit");
            case LAST_AFTER -> {
                work.get();
                throw new ServerStopped("after a commit");
            }
        };
    }

    private void commit(Runnable work) {
        commit(() -> {
            work.run();
            return Optional.empty();
        });
    }

    /** @param committed called after each commit, if the sender hears of it or not */
    EventIngest ingest(EventIngest sql, Runnable committed) {
        return new EventIngest() {
            @Override
            public Ingested ingest(GateAddress gate, EventBatch batch, Instant receivedAt) {
                Ingested ingested = commit(() -> {
                    Ingested done = sql.ingest(gate, batch, receivedAt);
                    acks.committed(gate.acks(), done.committedSequence());
                    committed.run();
                    return done;
                });
                world.trace()
                        .line(
                                "server",
                                gate.gate() + " committed " + ingested.committedSequence() + " " + ingested.tally());
                if (ingested.tally().repeated() > 0) {
                    world.marks().reached("events came twice and were taken once");
                }
                if (ingested instanceof Ingested.Gapped) {
                    world.marks().reached("events came before earlier ones");
                }
                return ingested;
            }

            @Override
            public Map<GateAddress, Long> committed() {
                return sql.committed();
            }

            @Override
            public void quarantine(GateAddress gate, byte[] payload, String detail, Instant receivedAt) {
                commit(() -> sql.quarantine(gate, payload, detail, receivedAt));
            }
        };
    }

    CardStatuses statuses() {
        return new Statuses();
    }

    private final class Statuses implements CardStatuses {
        @Override
        public void issue(Issued issued, List<Version> versions, List<Delta> deltas) {
            commit(() -> {
                real.issue(issued, versions, deltas);
                versions.stream()
                        .map(Version::head)
                        .mapToLong(ListHead::version)
                        .max()
                        .ifPresent(version -> {
                            if (issued.head().list().equals(WorldKeys.SITE_LIST)) {
                                siteTruth.committed(version);
                                return;
                            }
                            issuedVersion = version;
                            truth.committed(version);
                            world.trace().line("server", "list version " + version);
                        });
            });
        }

        @Override
        public void forgetDeltas(String list, long before) {
            commit(() -> real.forgetDeltas(list, before));
        }

        @Override
        public void keepCheckpoint(String list, Checkpoint checkpoint) {
            commit(() -> real.keepCheckpoint(list, checkpoint));
        }

        @Override
        public void forgetCheckpoint(String list, long version) {
            commit(() -> real.forgetCheckpoint(list, version));
        }

        @Override
        public long newestChange(String list) {
            return real.newestChange(list);
        }

        @Override
        public void listedAt(String list, long changeId, Consumer<Listed> each) {
            real.listedAt(list, changeId, each);
        }

        @Override
        public List<Changed> changed(String list, long after, int limit) {
            return real.changed(list, after, limit);
        }

        @Override
        public Optional<Issued> issued(String list) {
            return real.issued(list);
        }

        @Override
        public List<Delta> deltas(String list) {
            return real.deltas(list);
        }

        @Override
        public long keysChangedAfter(String list, long version) {
            return real.keysChangedAfter(list, version);
        }

        @Override
        public List<Checkpoint> checkpoints(String list) {
            return real.checkpoints(list);
        }
    }
}
