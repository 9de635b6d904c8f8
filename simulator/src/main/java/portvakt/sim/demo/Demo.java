package portvakt.sim.demo;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.slf4j.bridge.SLF4JBridgeHandler;
import picocli.CommandLine;
import portvakt.gate.adapter.display.DisplayConfig;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.protocol.Direction;
import portvakt.server.ServerParts;
import portvakt.server.ServerStartException;
import portvakt.server.WebStarter;
import portvakt.server.port.Accounts;
import portvakt.server.port.Role;
import portvakt.server.port.Tokens;
import portvakt.sim.site.SimulatedSite;

/** {@code ./portvakt demo}: the whole system on this machine, without hardware, daemon or network. */
@CommandLine.Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = "Runs server, two gates, the register and some workers, all on this machine.")
public final class Demo implements Callable<Integer> {

    private static final String USER = "demo";
    private static final int UNUSABLE = 2;
    private static final int PORT_MAX = 65_535;
    private static final String LOG_LEVEL = "PORTVAKT_LOG";

    @CommandLine.Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "portvakt-data/demo",
            description = "where everything is kept; default ${DEFAULT-VALUE}")
    private Path folder;

    @CommandLine.Option(
            names = "--port",
            paramLabel = "N",
            defaultValue = "8080",
            description = "of console and API, 0 for any that is free; default ${DEFAULT-VALUE}")
    private int port;

    @CommandLine.Option(names = "--headless", description = "no workers at first: only what is asked for happens")
    private boolean headless;

    private Demo() {}

    public static void main(String[] args) {
        // Whoever tries the demo reads its console, not a log: the log says only what is wrong, unless it is asked for
        // more.
        // Before the first logger is made.
        if (System.getenv(LOG_LEVEL) == null && System.getProperty(LOG_LEVEL) == null) {
            System.setProperty(LOG_LEVEL, "WARN");
        }
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
        System.exit(new CommandLine(new Demo()).execute(args));
    }

    @Override
    public Integer call() throws InterruptedException {
        CountDownLatch told = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            told.countDown();
            try {
                ended.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
        try {
            checkPort();
            run(told);
            return 0;
        } catch (IOException | ServerStartException e) {
            System.err.println("demo: " + e.getMessage());
            return UNUSABLE;
        } finally {
            ended.countDown();
        }
    }

    private void checkPort() throws IOException {
        if (port < 0 || port > PORT_MAX) {
            throw new IOException(
                    "there is no port " + port + "; give 1 to " + PORT_MAX + ", or 0 for any that is free");
        }
        if (port == 0) {
            port = SimulatedSite.freePort();
        }
        try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            // Free. Looked at first, since it is the one thing that is likely to be in the way.
        } catch (BindException e) {
            throw new IOException("port " + port + " is in use; stop what uses it, or take another with --port", e);
        }
    }

    private void run(CountDownLatch told) throws IOException, ServerStartException, InterruptedException {
        Files.createDirectories(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        // The bench needs the site, and the site's server serves the bench: the routes look it up when they are called.
        Bench[] bench = new Bench[1];
        WorkbenchApi workbench = new WorkbenchApi(() -> Optional.ofNullable(bench[0]));
        Map<String, DisplayConfig> displays = new TreeMap<>();
        for (String gate : List.of(SimulatedSite.ENTRANCE, SimulatedSite.EXIT)) {
            displays.put(gate, DisplayConfig.at(SimulatedSite.freePort()));
        }
        WorkbenchStream stream = new WorkbenchStream();
        // The account comes before the web part, which would otherwise offer to make the first one.
        DemoFile[] file = new DemoFile[1];
        List<ServerParts.Starter> starters = List.of(
                parts -> {
                    file[0] = describe(parts, displays);
                    file[0].write(folder);
                    return () -> {};
                },
                new WebStarter(List.of(workbench, new WorkbenchPage(workbench, stream))));
        try (SimulatedSite site =
                SimulatedSite.open(SimulatedSite.Settings.in(folder, port).with(displays), port, starters)) {
            bench[0] = new Bench(site, LocalDate.now());
            suspendOne(bench[0]);
            bench[0].setWorkersActive(!headless);
            // Streams end before the server that waits for them.
            try (WorkingDay day = new WorkingDay(bench[0]);
                    stream) {
                welcome(file[0]);
                day.start();
                told.await();
            }
        }
    }

    /** Somebody's card is suspended before the first day begins; what becomes of it later is for the workbench to say. */
    private static void suspendOne(Bench bench) throws IOException, InterruptedException {
        CardNumber card = Workforce.suspended(LocalDate.now()).card();
        if (!bench.site().register().changed().containsKey(card)) {
            bench.push(card, CardStatus.SUSPENDED);
        }
    }

    private void welcome(DemoFile file) {
        System.out.println("ready " + file.url());
        System.out.println("  workbench " + file.workbenchPage() + "  cards, gates and the register to play with");
        System.out.println("  console   log in as " + file.login().user() + " with the password "
                + file.login().password());
        System.out.println("  scripts   " + folder.resolve("demo.json") + " holds addresses, API token, cards");
        System.out.println("  a card    curl -H 'Content-Type: application/json' -d '{\"card\":\"4388261\"}' "
                + file.workbench() + "/gates/" + SimulatedSite.ENTRANCE + "/taps");
        file.gates()
                .forEach(gate -> gate.display()
                        .ifPresent(page -> System.out.println(
                                "  display   " + page + " is what stands in front of " + gate.id())));
        System.out.println("  stop      Ctrl-C");
        System.out.flush();
    }

    private DemoFile describe(ServerParts parts, Map<String, DisplayConfig> displays) throws IOException {
        Accounts accounts = parts.accounts();
        Optional<DemoFile> before = accounts.isEmpty() ? Optional.empty() : DemoFile.read(folder);
        if (before.isEmpty() && !accounts.isEmpty()) {
            throw new IOException(folder + " has accounts but no demo.json; delete the folder to begin anew");
        }
        DemoFile.LogIn logIn = before.map(DemoFile::login).orElseGet(() -> newAccount(accounts));
        String token = before.map(DemoFile::apiToken).orElseGet(() -> newToken(parts.tokens()));
        URI url = parts.config().web().publicUrl();
        return new DemoFile(
                url,
                url.resolve("api/v1"),
                url.resolve("workbench/v1"),
                url.resolve("workbench"),
                url.resolve("register/v1/events"),
                logIn,
                token,
                SimulatedSite.SITE,
                SimulatedSite.LIST,
                List.of(
                        entry(SimulatedSite.ENTRANCE, Direction.IN, displays),
                        entry(SimulatedSite.EXIT, Direction.OUT, displays)),
                Workforce.workers(LocalDate.now()).stream()
                        .map(worker -> new DemoFile.CardEntry(
                                worker.card().digits(),
                                worker.name(),
                                worker.employer(),
                                worker.uid().hex()))
                        .toList());
    }

    private static DemoFile.GateEntry entry(String gate, Direction direction, Map<String, DisplayConfig> displays) {
        int port = displays.get(gate).port();
        return new DemoFile.GateEntry(
                gate, direction.name(), Optional.of(URI.create("http://127.0.0.1:" + port + "/")));
    }

    private static String newToken(Tokens tokens) {
        return tokens.make(Tokens.Wish.everywhere(USER, Role.PROGRAM), USER, Instant.now())
                .secret();
    }

    private static DemoFile.LogIn newAccount(Accounts accounts) {
        String password = SimulatedSite.newPassword();
        accounts.create(USER, password.toCharArray(), Role.ADMIN);
        return new DemoFile.LogIn(USER, password);
    }
}
