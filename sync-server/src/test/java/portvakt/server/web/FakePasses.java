package portvakt.server.web;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import portvakt.protocol.CardStatus;
import portvakt.protocol.pass.HolderKind;
import portvakt.protocol.pass.Pass;
import portvakt.protocol.pass.PassNumber;
import portvakt.server.port.Passes;
import portvakt.server.port.RegisterRecords.Known;
import portvakt.server.port.StorageException;

/** Passes in memory, one of them from the start; withdrawn where the fake register says so. */
final class FakePasses implements Passes {

    static final PassNumber EXAMPLE = new PassNumber("0123456789012345");

    private final FakeRecords records;
    private final List<Issued> all = new ArrayList<>();
    volatile boolean broken;

    FakePasses(FakeRecords records) {
        this.records = records;
        issue(
                new Pass(
                        "bjorvika",
                        EXAMPLE,
                        HolderKind.CARD_ON_ORDER,
                        TestServer.NOW.minus(Duration.ofHours(1)),
                        TestServer.NOW.plus(Duration.ofDays(1))),
                "Per, Bygg AS",
                "kari",
                TestServer.NOW.minus(Duration.ofHours(2)));
    }

    @Override
    public synchronized Issued issue(Pass pass, String note, String by, Instant now) {
        if (broken) {
            throw new StorageException("disk full", new IllegalStateException());
        }
        Issued issued = new Issued(all.size() + 1, pass, note, by, now, Optional.empty());
        all.add(issued);
        return issued;
    }

    @Override
    public synchronized Optional<Issued> find(String site, PassNumber number) {
        return list(site, Long.MAX_VALUE, Integer.MAX_VALUE).stream()
                .filter(each -> each.pass().number().equals(number))
                .findAny();
    }

    @Override
    public synchronized List<Issued> list(String site, long before, int limit) {
        return all.reversed().stream()
                .filter(each -> each.pass().site().equals(site) && each.id() < before)
                .limit(limit)
                .map(each -> new Issued(
                        each.id(),
                        each.pass(),
                        each.note(),
                        each.by(),
                        each.issuedAt(),
                        records.find("site-" + site, each.pass().number().card())
                                .filter(known -> known.status() != CardStatus.VALID)
                                .map(Known::eventTime)))
                .toList();
    }
}
