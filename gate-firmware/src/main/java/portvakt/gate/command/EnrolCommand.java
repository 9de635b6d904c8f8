package portvakt.gate.command;

import java.io.Console;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine;
import portvakt.gate.GateConfig;
import portvakt.gate.GateIdentity;
import portvakt.gate.adapter.file.IdentityFolder;
import portvakt.gate.check.Judge;
import portvakt.gate.enrol.Enrolling;
import portvakt.gate.enrol.EnrolmentFailedException;
import portvakt.gate.enrol.EnrolmentLink;
import portvakt.gate.enrol.NewIdentity;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.config.ConfigFile;
import portvakt.protocol.enrol.EnrolmentCode;
import portvakt.protocol.event.JournalStart;
import portvakt.protocol.mqtt.TlsIdentity;
import portvakt.protocol.sign.RootKeys;

/**
 * Gets this computer its identity: {@code enrol CODE --server URL}, later {@code enrol --renew}. Ends with 0, with 1 where no identity
 * was had and all is as it was, with 2 for wrong usage or settings.
 */
@CommandLine.Command(
        name = "enrol",
        mixinStandardHelpOptions = true,
        description = "Makes this computer a gate, by a one-time code from the console; or renews its certificate.")
public final class EnrolCommand implements Callable<Integer> {

    private static final int FAILED = 1;
    private static final int UNUSABLE = 2;
    private static final int TRIES_MAX = 3;
    private static final Path CONFIG_DEFAULT = Path.of("/etc/portvakt/gate.yaml");
    private static final Path IDENTITY_DEFAULT = Path.of("/var/lib/portvakt-gate/identity");
    /** Where in an identity the web address stands by which it was had. */
    static final String SERVER_FILE = "server.url";

    @CommandLine.Parameters(
            paramLabel = "CODE",
            arity = "0..1",
            description = "the code as the console shows it; without it, it is asked for")
    private String code;

    @CommandLine.Option(
            names = "--server",
            paramLabel = "URL",
            description = "the console's address; with --renew the one of the enrolment, if it is not given")
    private URI server;

    @CommandLine.Option(names = "--renew", description = "a new key and certificate, by the identity that is there")
    private boolean renew;

    @CommandLine.Option(
            names = "--when-due",
            description = "with --renew: does nothing while the certificate lasts 60 days or more")
    private boolean whenDue;

    @CommandLine.Option(
            names = "--config",
            paramLabel = "FILE",
            description = "the gate's settings; default /etc/portvakt/gate.yaml if it is there")
    private Path config;

    @CommandLine.Option(
            names = "--identity",
            paramLabel = "FOLDER",
            description = "where the identity goes, whatever the settings say")
    private Path identity;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    private final Function<URI, EnrolmentLink> links;
    private final InstantSource clock;

    /** @param links the way to a server's web address */
    public EnrolCommand(Function<URI, EnrolmentLink> links, InstantSource clock) {
        this.links = links;
        this.clock = clock;
    }

    /** Where the identity goes, and who the settings say that this is. */
    private record Target(Path folder, Optional<GateConfig> settings) {
        Optional<GateAddress> expected() {
            return settings.map(GateConfig::address);
        }
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        try {
            Target target = target();
            if (renew) {
                return renew(target, out);
            }
            if (whenDue) {
                throw new IllegalArgumentException("--when-due goes with --renew");
            }
            EnrolmentCode read = EnrolmentCode.parse(code());
            if (server == null) {
                throw new IllegalArgumentException(
                        "--server is missing; give the console's address, which stands beside the"
                                + " code, for example --server https://portvakt.example.org");
            }
            Enrolling enrolling = new Enrolling(links.apply(server));
            apply(target, keys -> enrolling.byCode(read, keys, target.expected()), Map.of(), server, out);
            return 0;
        } catch (EnrolmentFailedException e) {
            err.println("enrol: " + e.getMessage());
            return FAILED;
        } catch (IOException e) {
            err.println("enrol: " + told(e) + ". The identity that was there is as it was.");
            return FAILED;
        } catch (ConfigFile.Invalid | IllegalArgumentException e) {
            err.println("enrol: " + e.getMessage());
            return UNUSABLE;
        }
    }

    private static String told(IOException e) {
        return e.getClass() == IOException.class
                ? e.getMessage()
                : e.getMessage() + ": cannot be read or written ("
                        + e.getClass().getSimpleName() + "); run it with sudo, and look at the disk";
    }

    private String code() {
        if (code != null) {
            return code;
        }
        Console console = System.console();
        if (console == null || !console.isTerminal()) {
            throw new IllegalArgumentException("the code is missing; give it after enrol, as the console shows it");
        }
        return Optional.ofNullable(console.readLine("Code: ")).orElse("");
    }

    private Target target() throws ConfigFile.Invalid {
        if (identity != null) {
            return new Target(identity, Optional.empty());
        }
        if (config == null && !Files.exists(CONFIG_DEFAULT)) {
            return new Target(IDENTITY_DEFAULT, Optional.empty());
        }
        GateConfig settings = ConfigFile.read(config == null ? CONFIG_DEFAULT : config, GateConfig.class);
        return new Target(settings.identityFolder(), Optional.of(settings));
    }

    private int renew(Target target, PrintWriter out) throws EnrolmentFailedException, IOException {
        Path folder = target.folder;
        TlsIdentity.OwnKey key = TlsIdentity.ownKey(folder.resolve("gate.p12"), folder.resolve("gate.p12.password"));
        Duration left = Duration.between(
                clock.instant(), key.certificate().getNotAfter().toInstant());
        if (whenDue && left.compareTo(Judge.CERTIFICATE_WARNED) >= 0) {
            out.println("Nothing to do: the certificate lasts " + left.toDays() + " more days.");
            return 0;
        }
        URI address = server == null ? formerServer(folder) : server;
        RootKeys roots = GateIdentity.roots(folder);
        Enrolling enrolling = new Enrolling(links.apply(address));
        Enrolling.Former former = new Enrolling.Former(key, authority(folder.resolve("ca.pem")), roots);
        apply(target, keys -> enrolling.renewed(former, keys, target.expected()), journalStart(folder), address, out);
        return 0;
    }

    /** A gate that has not run since it was enrolled still has to know where its journal begins. */
    private static Map<String, byte[]> journalStart(Path folder) throws IOException {
        JournalStart start = GateIdentity.journalStart(folder);
        return start.isNone()
                ? Map.of()
                : Map.of(JournalStart.FILE, start.text().getBytes(StandardCharsets.UTF_8));
    }

    private static URI formerServer(Path folder) throws IOException {
        try {
            return URI.create(Files.readString(folder.resolve(SERVER_FILE)).strip());
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException(
                    "this identity was not had by an enrolment, so the server's web address is not"
                            + " known; give it with --server");
        }
    }

    private static X509Certificate authority(Path pem) throws IOException {
        try (InputStream in = new FileInputStream(pem.toFile())) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        } catch (GeneralSecurityException e) {
            throw new IOException(pem + ": holds no certificate in PEM", e);
        }
    }

    /** One way to an identity, for a key. */
    private interface Ask {
        NewIdentity with(KeyPair keys) throws EnrolmentFailedException;
    }

    /** @param kept files of the former identity that go into the new one */
    private void apply(Target target, Ask ask, Map<String, byte[]> kept, URI address, PrintWriter out)
            throws IOException, EnrolmentFailedException {
        IdentityFolder folder = new IdentityFolder(target.folder);
        NewIdentity had = asked(ask, folder.get());
        SequencedMap<String, byte[]> files = new LinkedHashMap<>(had.files());
        files.putAll(kept);
        files.put(SERVER_FILE, (address + "\n").getBytes(StandardCharsets.UTF_8));
        folder.replace(files);
        folder.forgetKey();
        tell(target, had, out);
    }

    /** With the same key a request may be sent again: the server gives the same answer to who lost it. */
    private static NewIdentity asked(Ask ask, KeyPair keys) throws EnrolmentFailedException {
        for (int i = 1; ; i++) {
            try {
                return ask.with(keys);
            } catch (EnrolmentFailedException e) {
                if (!e.isPassing() || i == TRIES_MAX) {
                    throw e;
                }
            }
        }
    }

    private void tell(Target target, NewIdentity had, PrintWriter out) {
        GateAddress gate = had.gate();
        Optional<Long> goesOn = Optional.ofNullable(had.files().get(JournalStart.FILE))
                .map(file -> JournalStart.parse(new String(file, StandardCharsets.UTF_8))
                        .sequence());
        out.println("This computer is gate " + gate.gate() + " of site " + gate.site() + " now, by the identity in "
                + target.folder + ".");
        if (goesOn.isPresent()) {
            out.println("The server has its events up to " + goesOn.get() + ": the journal goes on after them.");
        }
        if (target.settings.isEmpty()) {
            out.println("Its settings have to say:");
            out.println("  site: " + gate.site());
            out.println("  gate: " + gate.gate());
            out.println("  direction: " + had.direction());
            out.println("  identityFolder: " + target.folder);
            out.println("  server: {uri: " + had.broker().orElse("ssl://<the server's name>:8883") + "}");
        } else if (target.settings.get().direction() != had.direction()) {
            out.println("The settings say direction: "
                    + target.settings.get().direction() + ", and the console says " + had.direction()
                    + ". Set the one that is right before the gate runs.");
        }
        out.println("Next: portvakt-gate selftest. Then start the gate anew: systemctl restart portvakt-gate");
        out.flush();
    }
}
