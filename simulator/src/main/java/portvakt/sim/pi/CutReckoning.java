package portvakt.sim.pi;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import portvakt.protocol.CardNumber;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.server.port.LogEntry;

/** What is asked of a gate whose power was cut. Counts as it goes. One thread. */
final class CutReckoning {

    private static final Duration SETTLES_WITHIN = Duration.ofMinutes(3);

    private final PiServer server;
    private PiJournal last = new PiJournal(List.of(), 0);
    private long grantsAtFirst = -1;
    private int throughNow;
    private int releases;
    private int tornEnds;

    CutReckoning(PiServer server) {
        this.server = server;
    }

    /** The power was cut. */
    void add(TapsAndCut.Cut cut) {
        throughNow = cut.through();
        releases += cut.releases();
    }

    /**
     * Compares the journal of a gate that has come back with the one of the time before and with what the server has.
     *
     * @param gate may run or not
     */
    PiJournal cameBack(PiGate gate) throws IOException, InterruptedException {
        // Asked for first: what comes to the server meanwhile has to be in the journal, not the other way round.
        List<LogEntry> rows = server.rows(0);
        PiJournal journal = gate.journal();
        JournalAtServer.of(journal.events(), rows).demandKnown();
        journal.demandLeadsOnFrom(last);
        long grants = journal.count("AccessGranted");
        if (grantsAtFirst < 0) {
            grantsAtFirst = grants;
        } else {
            long sinceLast = grants - last.count("AccessGranted");
            FailedException.unless(
                    sinceLast >= throughNow,
                    throughNow + " people had gone through, and the journal has " + sinceLast + " grants for them");
        }
        if (journal.tornBytes() > last.tornBytes()) {
            tornEnds++;
        }
        journal.demandListsRise();
        throughNow = 0;
        last = journal;
        return journal;
    }

    /** The list that it had before decides still. */
    void refuses(PiGate gate, CardNumber card) throws IOException, InterruptedException {
        long before = server.newest();
        gate.lay(card);
        // Not one of an earlier life, which may come only now.
        LogEntry row = server.await(
                before,
                "AccessDenied",
                PiGate.PATIENCE,
                any -> any.sequence() > last.events().size()
                        && any.cardNumber().orElse("").endsWith(card.digits().substring(4)));
        gate.takeCardAway();
        FailedException.unless(
                row.reason().orElse("").equals("CREDENTIAL_REVOKED"), "the revoked card: " + row.reason());
    }

    /** The whole journal against the server, after the last cut; the gate runs, and is stopped and started for it. */
    String settle(PiGate gate) throws IOException, InterruptedException {
        gate.stop();
        PiJournal journal = cameBack(gate);
        List<ChainedEvent> events = journal.events();
        // The gate's last words may still be under way when it has ended; a short life later they are there.
        gate.start();
        Wait.untilHolds(
                SETTLES_WITHIN,
                500,
                () -> events.size() + " events at the server: " + JournalAtServer.of(events, server.rows(0)),
                () -> JournalAtServer.of(events, server.rows(0)).lost() == 0);
        JournalAtServer.of(events, server.rows(0)).demandWhole();
        long grants = journal.count("AccessGranted") - grantsAtFirst;
        return events.size() + " events in the journal: 0 lost, 0 doubled at the server; list intact; " + tornEnds
                + " torn ends mended; " + releases + " releases seen, " + grants + " grants in the journal";
    }
}
