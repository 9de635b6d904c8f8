package portvakt.server.evidence;

import java.io.BufferedReader;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import portvakt.protocol.event.EventChain;
import portvakt.protocol.v1.EventFacts;
import portvakt.server.evidence.ChainReport.Broken;
import portvakt.server.evidence.ChainReport.Fault;
import portvakt.server.evidence.ChainReport.Proved;
import portvakt.server.evidence.ChainReport.Span;
import portvakt.server.evidence.ChainReport.Tally;
import portvakt.server.evidence.ChainReport.Unusable;
import portvakt.server.log.GateRuns;

/**
 * Checks an exported chain from its first line to its last, and stops at the first fault. Holds four events at a time. One
 * instance a file.
 */
public final class ChainVerifier {

    private final Optional<X509Certificate> trusted;
    private final long expectLast;

    private ChainFile.Header header;
    private GateCertificates certificates = GateCertificates.NONE;
    private ChainWindow window;
    private long count;
    private long seals;
    private long sealedTo;
    private Instant sealedAt = Instant.EPOCH;
    private final List<Span> unvouched = new ArrayList<>();
    private Optional<String> certificateNote = Optional.empty();
    private long synchronised;
    private long boundedBelow;
    private long untrusted;
    private long erased;
    private long illegible;

    /**
     * @param trusted    the authority's certificate, from elsewhere; empty: the one in the file is taken at its word
     * @param expectLast a sequence that is known to have been there; 0: none is
     */
    public ChainVerifier(Optional<X509Certificate> trusted, long expectLast) {
        this.trusted = trusted;
        this.expectLast = expectLast;
    }

    /** Ends the check: something is wrong. */
    static final class Found extends Exception {
        private static final long serialVersionUID = 1L;
        private final transient Fault fault;
        private final long sequence;

        Found(Fault fault, long sequence, String detail) {
            super(detail);
            this.fault = fault;
            this.sequence = sequence;
        }
    }

    /** @throws IOException if the file cannot be read */
    public ChainReport verify(BufferedReader file) throws IOException {
        String first = file.readLine();
        if (first == null) {
            return new Unusable("the file is empty");
        }
        try {
            header = ChainFile.header(first);
        } catch (ChainFile.Unreadable e) {
            return new Unusable(e.getMessage());
        }
        if (header.from() < 1 || header.to() < header.from() - 1) {
            return new Unusable("its header names events " + header.from() + " to " + header.to());
        }
        try {
            checkCertificates();
            window = new ChainWindow(header.from());
            events(file);
            return proved();
        } catch (Found found) {
            return new Broken(header.gate(), found.fault, found.sequence, found.getMessage());
        }
    }

    private void checkCertificates() throws Found {
        X509Certificate authority = trusted.orElse(header.authority());
        String name = "CN=gate:" + header.gate().site() + ":" + header.gate().gate();
        for (X509Certificate certificate : header.certificates()) {
            if (!certificate.getSubjectX500Principal().getName().equals(name)) {
                throw new Found(
                        Fault.BAD_CERTIFICATE,
                        0,
                        "a certificate is for "
                                + certificate.getSubjectX500Principal().getName() + ", and not for " + name);
            }
            try {
                certificate.verify(authority.getPublicKey());
            } catch (GeneralSecurityException e) {
                throw new Found(Fault.BAD_CERTIFICATE, 0, "the authority did not issue the certificate of " + name);
            }
        }
        certificates = new GateCertificates(header.certificates());
    }

    private void events(BufferedReader file) throws IOException, Found {
        for (String text = file.readLine(); ; text = file.readLine()) {
            if (text == null) {
                throw new Found(
                        Fault.TAIL_CUT, window.expected(), "the file ends without its end line, before this event");
            }
            Optional<ChainFile.End> end = ChainFile.end(text);
            if (end.isPresent()) {
                finish(end.get());
                if (file.readLine() != null) {
                    throw new Found(Fault.EDITED, window.expected(), "there is more after the end line");
                }
                return;
            }
            ChainFile.Line line;
            try {
                line = ChainFile.line(text);
            } catch (ChainFile.Unreadable e) {
                throw new Found(Fault.EDITED, window.expected(), e.getMessage());
            }
            count++;
            Optional<ChainWindow.Link> checked = window.push(new ChainWindow.Link(line));
            if (checked.isPresent()) {
                check(checked.get());
            }
        }
    }

    private void finish(ChainFile.End end) throws Found {
        Optional<ChainWindow.Link> last = window.finish(end);
        if (last.isPresent()) {
            check(last.get());
        }
        long reached = window.expected() - 1;
        long due = Math.max(Math.max(end.last(), header.to()), expectLast);
        if (reached < due) {
            throw new Found(
                    Fault.TAIL_CUT,
                    reached + 1,
                    "the file ends at event " + reached + ", and event " + due + " is known to have been there");
        }
        if (end.count() != count) {
            throw new Found(
                    Fault.TAIL_CUT, reached + 1, "the end line counts " + end.count() + " events, there are " + count);
        }
    }

    /** What one event says by itself; that it is in its place is known. */
    private void check(ChainWindow.Link link) throws Found {
        ChainFile.Line line = link.line();
        long sequence = link.sequence();
        if (!EventChain.isWellFormed(line.event())) {
            throw new Found(Fault.EDITED, sequence, "the person in it is not the one that it was chained with");
        }
        if (!ChainFile.shown(header, line.event()).equals(line.shown())) {
            throw new Found(Fault.EDITED, sequence, "what it shows in the clear is not what the gate wrote");
        }
        if (ChainFile.isErased(line.event())) {
            erased++;
        }
        if (line.shown().has("illegible")) {
            illegible++;
        }
        Optional<EventFacts> facts = GateRuns.facts(line.event().getFacts());
        if (facts.isEmpty()) {
            untrusted++;
            return;
        }
        switch (facts.get().getClockTrust()) {
            case CLOCK_TRUST_SYNCHRONISED -> synchronised++;
            case CLOCK_TRUST_BOUNDED_BELOW -> boundedBelow++;
            default -> untrusted++;
        }
        if (facts.get().hasJournalSealed()) {
            seal(link, facts.get());
        }
        if (facts.get().getGateStarted().getGoesOnAfterSequence() != 0) {
            goesOn(sequence);
        }
    }

    /** The computer that goes on here had the hash before it from the server: its seals say nothing of what another one wrote. */
    private void goesOn(long sequence) {
        long first = Math.max(header.from(), sealedTo + 1);
        if (first < sequence) {
            unvouched.add(new Span(first, sequence - 1));
        }
    }

    private void seal(ChainWindow.Link link, EventFacts facts) throws Found {
        switch (SealCheck.of(header.gate(), link.line().event(), facts, certificates)) {
            case SealCheck.Verdict.Unchecked _ -> {}
            case SealCheck.Verdict.Wrong(String cause) -> throw new Found(Fault.BAD_SEAL, link.sequence(), cause);
            case SealCheck.Verdict.Proves(X509Certificate by) -> {
                seals++;
                sealedTo = link.sequence() - 1;
                sealedAt = Instant.ofEpochMilli(facts.getOccurredAtMs());
                if (sealedAt.isAfter(by.getNotAfter().toInstant())
                        || sealedAt.isBefore(by.getNotBefore().toInstant())) {
                    certificateNote = Optional.of("the seal at event " + link.sequence() + " is of " + sealedAt
                            + ", and its certificate was valid from "
                            + by.getNotBefore().toInstant() + " to "
                            + by.getNotAfter().toInstant());
                }
            }
        }
    }

    private ChainReport proved() throws Found {
        if (sealedTo < header.from()) {
            throw new Found(
                    Fault.UNSEALED,
                    0,
                    (count == 0 ? "there are no events" : "the " + count + " events hang together")
                            + (certificates.isEmpty()
                                    ? ", but the file has no certificate of the gate to check a seal with"
                                    : ", but none is sealed"));
        }
        return new Proved(
                header.gate(),
                header.from(),
                window.expected() - 1,
                sealedTo,
                sealedAt,
                seals,
                unvouched.stream().filter(span -> span.last() <= sealedTo).toList(),
                new Tally(synchronised, boundedBelow, untrusted, erased, illegible),
                certificateNote,
                GateCertificates.digest(GateCertificates.der(trusted.orElse(header.authority()))),
                trusted.isEmpty());
    }
}
