package portvakt.server;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import portvakt.protocol.config.ConfigFile;
import portvakt.protocol.sign.KeyId;
import portvakt.server.adapter.file.SecretFile;
import portvakt.server.adapter.keys.RootKeyFiles;
import portvakt.server.adapter.keys.ServerKeys;
import portvakt.server.adapter.keys.TrustChanges;
import portvakt.server.port.KeyTrust;

/** The commands about keys. They work on files, whether the server runs or not; it goes by what they did from its next start. */
@Command(
        name = "trust",
        description = "Shows and changes which keys the gates believe.",
        mixinStandardHelpOptions = true,
        subcommands = {
            TrustCommand.Show.class,
            TrustCommand.Rotate.class,
            TrustCommand.RaiseEpoch.class,
            TrustCommand.RootNew.class,
            TrustCommand.Init.class
        })
final class TrustCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "Name one: trust show, rotate, raise-epoch, root-new, init");
    }

    /** What the commands on a data folder share. */
    private abstract static class OnDataFolder implements Callable<Integer> {
        @Option(names = "--config", required = true, description = "the server's settings")
        private Path config;

        @Spec
        private CommandSpec spec;

        @Override
        public final Integer call() {
            try {
                ServerConfig settings = ServerConfig.read(config);
                SecretFile.createFolder(settings.dataFolder());
                PrintWriter out = spec.commandLine().getOut();
                run(settings, out);
                out.flush();
                return 0;
            } catch (ConfigFile.Invalid | IOException | IllegalArgumentException e) {
                return Main.complain(spec, e);
            }
        }

        abstract void run(ServerConfig settings, PrintWriter out) throws IOException;

        static TrustChanges changes(ServerConfig settings) {
            return new TrustChanges(settings.dataFolder(), settings.list());
        }

        static void print(TrustChanges.Done done, PrintWriter out) {
            out.println("Trust file " + done.version() + ": key "
                    + done.signingKey().hex() + " signs from now on"
                    + (done.epochs().isEmpty() ? "." : "; epochs " + new TreeMap<>(done.epochs()) + "."));
            out.println("Start the server anew: it publishes this from its next start.");
        }
    }

    /** One that has a new trust file signed by the root keys that the server goes by already. */
    private abstract static class SignedByRoots extends OnDataFolder {
        @Option(
                names = "--root",
                description = "file of a private root key, as many as must sign; default: those in the data folder")
        List<Path> roots = List.of();
    }

    @Command(name = "show", description = "Shows the trust file and the keys.", mixinStandardHelpOptions = true)
    static final class Show extends OnDataFolder {
        @Override
        void run(ServerConfig settings, PrintWriter out) throws IOException {
            ServerKeys keys = ServerKeys.openOrCreate(
                    settings.dataFolder(), settings.list(), Clock.systemUTC().instant());
            KeyTrust.State state = keys.state();
            out.println("trust file   " + state.version() + ", issued " + state.issuedAt());
            out.println("root keys    "
                    + String.join(
                            ", ", state.roots().stream().map(KeyTrust.Root::id).toList()) + "; "
                    + state.threshold() + " must sign");
            for (KeyTrust.Key key : state.keys()) {
                out.println("key          " + key.id() + "  lists " + String.join(", ", key.lists())
                        + (key.documents() ? ", documents" : "")
                        + (key.retired() ? "  retired" : key.id().equals(state.signingKey()) ? "  signs now" : ""));
            }
            for (KeyTrust.Epoch each : state.epochs()) {
                out.println("epoch        " + each.epoch() + "  " + each.list());
            }
            state.advice().ifPresent(advice -> out.println("WARNING      " + advice));
        }
    }

    @Command(
            name = "rotate",
            description = "Makes a new signing key; the one before retires.",
            mixinStandardHelpOptions = true)
    static final class Rotate extends SignedByRoots {
        @Override
        void run(ServerConfig settings, PrintWriter out) throws IOException {
            print(changes(settings).rotate(roots, Clock.systemUTC().instant()), out);
        }
    }

    @Command(
            name = "raise-epoch",
            description =
                    "After a signing key was stolen: removes it, makes a new one, and lets nothing count that it signed.",
            mixinStandardHelpOptions = true)
    static final class RaiseEpoch extends SignedByRoots {
        @Option(
                names = "--list",
                description = "a list whose epoch rises, may be repeated; default: all, since one key signs them all")
        private List<String> lists = List.of();

        @Option(names = "--key", description = "id of the stolen key; default: the one that signs now")
        private String key;

        @Override
        void run(ServerConfig settings, PrintWriter out) throws IOException {
            print(
                    changes(settings)
                            .raiseEpoch(
                                    lists,
                                    Optional.ofNullable(key).map(KeyId::new),
                                    roots,
                                    Clock.systemUTC().instant()),
                    out);
        }
    }

    @Command(
            name = "init",
            description = "Before the server's first start: goes by root keys that were made elsewhere.",
            mixinStandardHelpOptions = true)
    static final class Init extends OnDataFolder {
        @Option(names = "--root-public", required = true, description = "file of a public root key, one for each")
        private List<Path> publicFiles = List.of();

        @Option(names = "--threshold", required = true, description = "how many of them must sign")
        private int threshold;

        @Option(names = "--root", required = true, description = "file of a private root key, as many as must sign")
        private List<Path> roots = List.of();

        @Override
        void run(ServerConfig settings, PrintWriter out) throws IOException {
            print(
                    changes(settings)
                            .init(
                                    publicFiles,
                                    threshold,
                                    roots,
                                    Clock.systemUTC().instant()),
                    out);
        }
    }

    @Command(
            name = "root-new",
            description = "Makes a root key pair; best on a computer that is never connected.",
            mixinStandardHelpOptions = true)
    static final class RootNew implements Callable<Integer> {
        @Option(names = "--out", required = true, description = "the folder that it goes into")
        private Path out;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() {
            try {
                Path key = RootKeyFiles.create(out);
                PrintWriter printer = spec.commandLine().getOut();
                printer.println("Made " + key + ", which nobody else may see, and its public key beside it.");
                printer.flush();
                return 0;
            } catch (IOException e) {
                return Main.complain(spec, e);
            }
        }
    }
}
