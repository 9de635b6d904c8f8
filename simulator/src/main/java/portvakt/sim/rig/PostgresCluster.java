package portvakt.sim.rig;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import portvakt.sim.site.SimulatedSite;

/**
 * A PostgreSQL of our own, in a new folder and at a free port of this machine, which can be killed. It never forces its files to the
 * disk: no process that is killed needs that, only a power cut does. Root may not run it, so it runs as Debian's user postgres, or as nobody.
 *
 * <p>One thread, but for the URL.
 */
public final class PostgresCluster implements AutoCloseable {

    /** May do everything, from this machine, without a password. */
    public static final String USER = "portvakt";

    private static final Duration UP_WITHIN = Duration.ofSeconds(90);
    private static final int POLL_MS = 25;
    private static final int CONNECTIONS_MAX = 300;

    private final Path programs;
    private final Path folder;
    private final Path log;
    private final List<String> asWhom;
    private final int port;
    private Child postmaster;

    private PostgresCluster(Path programs, Path folder, Path log, List<String> asWhom, int port) {
        this.programs = programs;
        this.folder = folder;
        this.log = log;
        this.asWhom = asWhom;
        this.port = port;
    }

    /**
     * Makes its files, and starts nothing yet.
     *
     * @param log what it says is appended to this file
     * @throws MissingProgramException if there is no PostgreSQL here
     */
    public static PostgresCluster make(Path log) throws IOException {
        Path programs = Programs.postgresql();
        // Its user has to get there, and must own it alone.
        Path folder = Files.createTempDirectory("portvakt-postgres-");
        List<String> asWhom = List.of();
        if (Programs.areRoot()) {
            String user = userFor(folder);
            asWhom = List.of(
                    Programs.find("setpriv", "util-linux", "running PostgreSQL as a user that is not root")
                            .toString(),
                    "--reuid=" + user,
                    "--clear-groups",
                    "--");
        }
        PostgresCluster cluster = new PostgresCluster(programs, folder, log, asWhom, SimulatedSite.freePort());
        Programs.run(cluster.as(List.of(
                programs.resolve("initdb").toString(),
                "--pgdata=" + folder.resolve("data"),
                "--username=" + USER,
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--no-sync")));
        return cluster;
    }

    private static String userFor(Path folder) throws IOException {
        Optional<String> user = Optional.empty();
        for (String name : List.of("postgres", "nobody")) {
            try {
                Files.setOwner(
                        folder,
                        folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(name));
                user = Optional.of(name);
                break;
            } catch (java.nio.file.attribute.UserPrincipalNotFoundException e) {
                // The next one, then.
            }
        }
        return user.orElseThrow(
                () -> new IOException("there is neither a user postgres nor nobody to run PostgreSQL as"));
    }

    private List<String> as(List<String> command) {
        List<String> words = new ArrayList<>(asWhom);
        words.addAll(command);
        return words;
    }

    /** {@code jdbc:postgresql://host:port/}; a database's name goes behind it. */
    public String url() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/";
    }

    /** Returns when it takes connections. */
    public void start() throws IOException {
        launch();
        awaitReady();
    }

    /** Returns at once. */
    void launch() throws IOException {
        postmaster = Child.start(
                as(List.of(
                        programs.resolve("postgres").toString(),
                        "-D",
                        folder.resolve("data").toString(),
                        "-p",
                        String.valueOf(port),
                        "-c",
                        "listen_addresses=127.0.0.1",
                        "-c",
                        "unix_socket_directories=" + folder,
                        "-c",
                        "max_connections=" + CONNECTIONS_MAX,
                        "-c",
                        "fsync=off")),
                log);
    }

    private void awaitReady() throws IOException {
        long deadlineNs = System.nanoTime() + UP_WITHIN.toNanos();
        while (!answers()) {
            if (!postmaster.isAlive() || System.nanoTime() > deadlineNs) {
                throw new IOException("PostgreSQL does not start; its words are in " + log);
            }
            try {
                TimeUnit.MILLISECONDS.sleep(POLL_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while PostgreSQL started", e);
            }
        }
    }

    private boolean answers() {
        try (Connection connection = connect("postgres")) {
            return connection.isValid(1);
        } catch (SQLException e) {
            return false;
        }
    }

    /** A connection of one's own. */
    public Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(url() + database, USER, "");
    }

    /** Makes an empty database. */
    public void createDatabase(String name) throws SQLException {
        try (Connection connection = connect("postgres");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        }
    }

    /** SIGKILL to all its processes at once. */
    void kill() throws IOException {
        postmaster.killAll();
    }

    /** Its immediate stop: no good-bye to anybody, and a recovery at the next start. */
    void abort() throws IOException {
        postmaster.signal("QUIT");
        postmaster.awaitEnd();
    }

    void stop() throws IOException {
        postmaster.stop(true);
    }

    void resume() throws IOException {
        postmaster.resume(true);
    }

    /** A database as a script. */
    void dump(String database, Path file) throws IOException {
        Programs.run(List.of(
                programs.resolve("pg_dump").toString(),
                "--host=127.0.0.1",
                "--port=" + port,
                "--username=" + USER,
                "--file=" + file,
                database));
    }

    /** Ends it and deletes its files. */
    @Override
    public void close() throws IOException {
        if (postmaster != null && postmaster.isAlive()) {
            postmaster.resume(true);
            abort();
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException fault) throws IOException {
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
