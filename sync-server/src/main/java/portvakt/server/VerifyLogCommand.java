package portvakt.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import portvakt.server.evidence.ChainReport;
import portvakt.server.evidence.ChainReport.Broken;
import portvakt.server.evidence.ChainReport.Proved;
import portvakt.server.evidence.ChainReport.Span;
import portvakt.server.evidence.ChainReport.Tally;
import portvakt.server.evidence.ChainReport.Unusable;
import portvakt.server.evidence.ChainVerifier;
import portvakt.server.evidence.GateCertificates;

/** Checks an exported chain, without a server and without a network. Ends with 0: proved, 1: not proved, 2: nothing to check. */
@Command(
        name = "verify-log",
        description = "Says whether an exported log is what the gate wrote, and what of it nobody can know.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nEnds with:%n",
        exitCodeList = {"0:it is proved", "1:it is not proved", "2:the file or the command cannot be used"})
final class VerifyLogCommand implements Callable<Integer> {

    @Parameters(paramLabel = "FILE", description = "what GET /api/v1/sites/SITE/gates/GATE/chain gave")
    private Path file;

    @Option(
            names = "--ca",
            paramLabel = "FILE",
            description = "the authority's certificate (ca.pem), from elsewhere than the file")
    private Optional<Path> authority = Optional.empty();

    @Option(
            names = "--expect-last",
            paramLabel = "N",
            description = "an event that is known to have been there, from an earlier export or from the gate")
    private long expectLast;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        int code = switch (check()) {
            case Unusable(String why) -> {
                PrintWriter err = spec.commandLine().getErr();
                err.println("UNUSABLE: " + file + ": " + why + ".");
                err.flush();
                yield 2;
            }
            case Broken broken -> {
                print(out, broken);
                yield 1;
            }
            case Proved proved -> {
                print(out, proved);
                yield 0;
            }
        };
        out.flush();
        return code;
    }

    private ChainReport check() {
        Optional<X509Certificate> trusted;
        try {
            trusted = authority.isPresent()
                    ? Optional.of(GateCertificates.parse(Files.readAllBytes(authority.get())))
                    : Optional.empty();
        } catch (IOException | IllegalArgumentException e) {
            return new Unusable(authority.get() + " holds no certificate that can be read");
        }
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            return new ChainVerifier(trusted, expectLast).verify(reader);
        } catch (CharacterCodingException e) {
            return new Unusable("it is no text in UTF-8");
        } catch (IOException e) {
            return new Unusable("it cannot be read: " + e.getMessage());
        }
    }

    private static void print(PrintWriter out, Broken broken) {
        String gate = broken.gate().site() + "/" + broken.gate().gate();
        out.println("NOT PROVED: " + broken.fault() + ", "
                + (broken.sequence() == 0 ? gate : "event " + broken.sequence() + " of " + gate) + ": "
                + broken.detail()
                + ".");
        if (broken.sequence() != 0) {
            out.println("This is the first fault; what comes after it was not looked at. That the file was changed is"
                    + " certain; how, is the likeliest of what explains it.");
        }
    }

    private static void print(PrintWriter out, Proved proved) {
        out.println("PROVED: events " + proved.first() + " to " + proved.sealedTo() + " of "
                + proved.gate().site() + "/" + proved.gate().gate()
                + (proved.unvouched().isEmpty() ? "" : ", but for those named below,")
                + " are what the gate wrote, in its order, none left out, none added.");
        out.println("  The gate signed for them, the last time at " + proved.sealedAt() + " by its clock (seals: "
                + proved.seals() + ").");
        Tally tally = proved.tally();
        out.println("  Persons erased: " + tally.erased()
                + ". Those events stand as they were without the person, and the proof holds.");
        if (tally.illegible() > 0) {
            out.println("  Events that this program cannot read: " + tally.illegible()
                    + ". They are as the gate wrote them.");
        }
        out.println("NOT PROVED:");
        if (proved.last() > proved.sealedTo()) {
            out.println("  Events " + (proved.sealedTo() + 1) + " to " + proved.last() + " come after the last seal."
                    + " They hang together, but whoever runs the server could have made them.");
        }
        for (Span span : proved.unvouched()) {
            out.println("  Events " + span.first() + " to " + span.last()
                    + " come after the last seal of a computer that was"
                    + " replaced. The one that goes on at event " + (span.last() + 1)
                    + " had their end from the server. They hang together, but whoever runs the server could have made"
                    + " them.");
        }
        if (proved.first() > 1) {
            out.println("  Events before " + proved.first() + " are not in the file.");
        }
        out.println("  Whether the gate wrote more after event " + proved.last()
                + ": a file that ends early at a good place"
                + " looks the same. Give --expect-last, or compare with a later export or the gate's own journal.");
        out.println("  When it happened: the times are the gate's own. Its clock was synchronised at "
                + tally.synchronised()
                + " events, known not to be early at " + tally.boundedBelow() + ", and not to be relied on at "
                + tally.untrusted() + ". \"receivedAt\" is the server's word.");
        out.println("  That the gate was right: who holds a card need not be whom it was made out to.");
        proved.certificateNote().ifPresent(note -> out.println("  The age of a certificate: " + note + "."));
        out.println(
                proved.ownAuthority()
                        ? "  Whose gate it was: the authority's certificate came with the file. Its SHA-256 is "
                                + proved.authority() + ": compare, or give --ca with one from elsewhere."
                        : "  Everything rests on the authority's certificate that was given, SHA-256 "
                                + proved.authority() + ".");
    }
}
