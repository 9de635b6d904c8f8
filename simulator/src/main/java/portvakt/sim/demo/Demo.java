package portvakt.sim.demo;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.slf4j.bridge.SLF4JBridgeHandler;
import picocli.CommandLine;
import portvakt.server.ServerStartException;
import portvakt.server.WebStarter;
import portvakt.server.port.Accounts;
import portvakt.sim.site.SimulatedSite;

/** {@code ./portvakt demo}: the whole system on this machine, without hardware, daemon or network. */
@CommandLine.Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = "Runs server, two gates, the register and some workers, all on this machine.")
public final class Demo implements Callable<Integer> {

    private static final String USER = "demo";
    private static final int UNUSABLE = 2;

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
            description = "of console and API; default ${DEFAULT-VALUE}")
    private int port;

    @CommandLine.Option(names = "--headless", description = "no workers: only what is asked for happens")
    private boolean headless;

    private Demo() {}

    public static void main(String[] args) {
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
        try (SimulatedSite site = SimulatedSite.open(
                SimulatedSite.Settings.in(folder, port), port, List.of(new WebStarter(List.of(workbench))))) {
            bench[0] = new Bench(site, LocalDate.now());
            DemoFile file = describe(site, bench[0]);
            file.write(folder);
            System.out.println("ready " + site.url());
            System.out.println("log in as \"" + file.login().user() + "\" with the password \""
                    + file.login().password() + "\" (also in " + folder.resolve("demo.json") + "); Ctrl-C stops");
            System.out.flush();
            try (WorkingDay day = new WorkingDay(bench[0])) {
                if (!headless) {
                    day.start();
                }
                told.await();
            }
        }
    }

    private DemoFile describe(SimulatedSite site, Bench bench) throws IOException {
        Accounts accounts = site.server().parts().accounts();
        Optional<DemoFile> before = accounts.isEmpty() ? Optional.empty() : DemoFile.read(folder);
        if (before.isEmpty() && !accounts.isEmpty()) {
            throw new IOException(folder + " has accounts but no demo.json; delete the folder to begin anew");
        }
        DemoFile.LogIn logIn = before.map(DemoFile::login).orElseGet(() -> newAccount(accounts));
        String token = before.map(DemoFile::apiToken).orElseGet(() -> accounts.createToken(USER, "program"));
        List<DemoFile.CardEntry> cards = new ArrayList<>();
        bench.workers()
                .forEach(worker -> cards.add(new DemoFile.CardEntry(
                        worker.card().digits(),
                        worker.name(),
                        worker.employer(),
                        worker.uid().hex())));
        return new DemoFile(
                site.url(),
                site.url().resolve("api/v1"),
                site.url().resolve("workbench/v1"),
                site.registerEndpoint(),
                logIn,
                token,
                SimulatedSite.SITE,
                SimulatedSite.LIST,
                site.gates().values().stream()
                        .map(gate -> new DemoFile.GateEntry(
                                gate.name(), gate.direction().name()))
                        .toList(),
                cards);
    }

    private static DemoFile.LogIn newAccount(Accounts accounts) {
        String password = SimulatedSite.newPassword();
        accounts.create(USER, password.toCharArray(), "admin");
        return new DemoFile.LogIn(USER, password);
    }
}
