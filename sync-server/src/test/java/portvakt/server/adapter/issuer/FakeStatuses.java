package portvakt.server.adapter.issuer;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.server.port.CardStatuses;
import portvakt.server.port.StorageException;

/** Statuses of one list in memory, with their history, and a disk that can fail before or after a commit. */
final class FakeStatuses implements CardStatuses {

    /** What the next commit of a version does. */
    enum Fault {
        NONE,
        /** Nothing is committed. */
        BEFORE,
        /** All is committed, and nobody hears of it. */
        AFTER
    }

    private record Line(long changeId, CardStatus before) {}

    final List<Version> versions = new ArrayList<>();
    final NavigableMap<Long, Delta> deltas = new TreeMap<>();
    final NavigableMap<Long, Checkpoint> checkpoints = new TreeMap<>();
    Fault fault = Fault.NONE;
    int fullReads;
    int cardsRead;

    private final Map<CardNumber, Changed> cards = new TreeMap<>();
    private final Map<CardNumber, List<Line>> audit = new TreeMap<>();
    private final NavigableMap<Long, Changed> byChange = new TreeMap<>();
    private Optional<Issued> issued = Optional.empty();
    private long changeId;

    void set(CardNumber card, CardStatus status) {
        Changed before = cards.get(card);
        CardStatus was = before == null ? CardStatus.VALID : before.status();
        if (was == status) {
            return;
        }
        changeId++;
        if (before != null) {
            byChange.remove(before.changeId());
        }
        Changed changed = new Changed(card, status, changeId);
        cards.put(card, changed);
        byChange.put(changeId, changed);
        audit.computeIfAbsent(card, _ -> new ArrayList<>()).add(new Line(changeId, was));
    }

    @Override
    public long newestChange(String list) {
        return changeId;
    }

    @Override
    public void listedAt(String list, long at, Consumer<Listed> each) {
        fullReads++;
        cards.forEach((card, now) -> {
            CardStatus then = audit.get(card).stream()
                    .filter(line -> line.changeId > at)
                    .min(Comparator.comparingLong(Line::changeId))
                    .map(Line::before)
                    .orElse(now.status());
            if (then != CardStatus.VALID) {
                each.accept(new Listed(card, then));
            }
        });
    }

    @Override
    public List<Changed> changed(String list, long after, int limit) {
        List<Changed> found =
                byChange.tailMap(after, false).values().stream().limit(limit).toList();
        cardsRead += found.size();
        return found;
    }

    @Override
    public Optional<Issued> issued(String list) {
        return issued;
    }

    @Override
    public void issue(Issued made, List<Version> madeVersions, List<Delta> madeDeltas) {
        Fault now = fault;
        fault = Fault.NONE;
        if (now != Fault.BEFORE) {
            issued = Optional.of(made);
            versions.addAll(madeVersions);
            madeDeltas.forEach(delta -> deltas.put(delta.from(), delta));
        }
        if (now != Fault.NONE) {
            throw new StorageException("may not be on the disk", new IOException("no sync"));
        }
    }

    @Override
    public List<Delta> deltas(String list) {
        return List.copyOf(deltas.values());
    }

    @Override
    public void forgetDeltas(String list, long before) {
        deltas.headMap(before, false).clear();
    }

    @Override
    public long keysChangedAfter(String list, long version) {
        return versions.stream()
                .filter(each -> each.head().version() > version)
                .mapToLong(Version::keysChanged)
                .sum();
    }

    @Override
    public List<Checkpoint> checkpoints(String list) {
        return List.copyOf(checkpoints.values());
    }

    @Override
    public void keepCheckpoint(String list, Checkpoint checkpoint) {
        checkpoints.put(checkpoint.version(), checkpoint);
    }

    @Override
    public void forgetCheckpoint(String list, long version) {
        checkpoints.remove(version);
    }
}
