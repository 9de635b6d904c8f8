package portvakt.server.web;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import portvakt.protocol.CardNumber;
import portvakt.protocol.Uid;
import portvakt.server.port.Enrolments;
import portvakt.server.port.StorageException;

/** Enrolments in memory; one version for all sites. */
final class FakeEnrolments implements Enrolments {

    private final Map<String, List<Enrolment>> sites = new TreeMap<>();
    private long version;
    volatile boolean broken;

    @Override
    public synchronized Binding bind(
            String site, Uid uid, CardNumber card, OnConflict onConflict, String by, Instant now) {
        if (broken) {
            throw new StorageException("disk full", new IllegalStateException());
        }
        if (uid.isRandom()) {
            return new Binding.RandomUid();
        }
        List<Enrolment> all = sites.computeIfAbsent(site, _ -> new ArrayList<>());
        boolean replaced = false;
        for (Enrolment each : List.copyOf(all)) {
            boolean sameUid = each.uid().equals(uid);
            boolean sameCard = each.card().equals(card);
            if (sameUid && sameCard) {
                return new Binding.Unchanged(each, version);
            }
            if (!sameUid && !sameCard) {
                continue;
            }
            if (onConflict == OnConflict.REFUSE) {
                return sameUid ? new Binding.UidTaken(each) : new Binding.CardTaken(each);
            }
            all.remove(each);
            replaced = true;
        }
        if (all.size() >= 3) {
            return new Binding.SiteFull();
        }
        Enrolment made = new Enrolment(uid, card, by, now);
        all.add(made);
        return new Binding.Bound(made, ++version, replaced);
    }

    @Override
    public synchronized boolean unbind(String site, Uid uid, String by, Instant now) {
        return sites.getOrDefault(site, new ArrayList<>())
                .removeIf(each -> each.uid().equals(uid));
    }

    @Override
    public synchronized Table list(String site) {
        return new Table(site, version, sites.getOrDefault(site, List.of()));
    }

    @Override
    public synchronized Map<String, Long> versions() {
        Map<String, Long> versions = new TreeMap<>();
        sites.keySet().forEach(site -> versions.put(site, version));
        return versions;
    }
}
