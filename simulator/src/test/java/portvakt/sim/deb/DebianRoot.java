package portvakt.sim.deb;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A small Debian 13 in a folder, with systemd's tools and a Java 25, to install packages in: what its maintainer scripts do there
 * they do on a Raspberry Pi. No systemd runs in it, so that services are set up and not started. It is downloaded once (about
 * 120 MB) and kept in {@code ~/.cache/portvakt/deb}.
 */
final class DebianRoot {

    private static final String RELEASE = "trixie";
    private static final String PACKAGES = "systemd,openjdk-25-jre-headless,udev,polkitd";
    private static final String KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";
    private static final long WAIT_MINUTES = 15;
    private static final Pattern MIRROR = Pattern.compile("\\bhttps?://\\S+/debian/?(?=\\s|$)");

    private final Path folder;

    /** What a command said, standard output and error in one, and how it ended. */
    record Said(int status, String text) {}

    private DebianRoot(Path folder) {
        this.folder = folder;
    }

    /** @param folder empty; {@link #delete} empties it again */
    static DebianRoot unpack(Path folder) throws IOException, InterruptedException {
        Path cache = Path.of(System.getProperty("user.home"), ".cache", "portvakt", "deb");
        Path tar = cache.resolve(RELEASE + "-" + Integer.toHexString(PACKAGES.hashCode()) + ".tar");
        if (!Files.exists(tar)) {
            Files.createDirectories(cache);
            Path part = cache.resolve(ProcessHandle.current().pid() + ".part.tar");
            try {
                must(asRoot(
                        "mmdebstrap",
                        "--quiet",
                        "--variant=minbase",
                        "--include=" + PACKAGES,
                        "--dpkgopt=path-exclude=/usr/share/doc/*",
                        "--dpkgopt=path-exclude=/usr/share/locale/*",
                        "--keyring=" + KEYRING,
                        RELEASE,
                        part.toString(),
                        mirror()));
                Files.move(part, tar, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(part);
            }
        }
        must(asRoot("tar", "-C", folder.toString(), "-xf", tar.toString()));
        return new DebianRoot(folder);
    }

    /** Where this machine has its own Debian from. */
    private static String mirror() throws IOException {
        List<Path> sources = new ArrayList<>(List.of(Path.of("/etc/apt/sources.list")));
        Path more = Path.of("/etc/apt/sources.list.d");
        if (Files.isDirectory(more)) {
            try (Stream<Path> files = Files.list(more)) {
                files.sorted().forEach(sources::add);
            }
        }
        for (Path source : sources) {
            if (Files.isRegularFile(source)) {
                var found = MIRROR.matcher(Files.readString(source));
                if (found.find()) {
                    return found.group();
                }
            }
        }
        throw new IOException("apt's sources name no mirror of Debian (an address that ends with /debian)");
    }

    private static List<String> asRoot(String... command) throws IOException {
        List<String> whole = new ArrayList<>();
        if (!"root".equals(System.getProperty("user.name"))) {
            whole.addAll(List.of("sudo", "-n"));
        }
        whole.addAll(List.of(command));
        return whole;
    }

    /** Runs a line of shell in the root, as its root, with a /proc of its own. */
    Said sh(String line) throws IOException, InterruptedException {
        return run(inside(line));
    }

    /** The same; what it says when it went well. */
    String must(String line) throws IOException, InterruptedException {
        return must(inside(line));
    }

    /** The same, and goes on; the process is the one that {@code exec} in the line makes it. */
    Process start(String line, Path output) throws IOException {
        return new ProcessBuilder(inside(line))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
    }

    private List<String> inside(String line) throws IOException {
        return asRoot(
                "unshare",
                "--mount",
                "sh",
                "-c",
                "mount -t proc proc \"$1/proc\" && exec chroot \"$1\" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin"
                        + " DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 sh -c \"$2\"",
                "sh",
                folder.toString(),
                line);
    }

    /** Puts a file where the root's commands find it under {@code /tmp}. */
    void bring(Path file) throws IOException, InterruptedException {
        must(asRoot("cp", file.toString(), folder.resolve("tmp").toString()));
    }

    static String must(List<String> command) throws IOException, InterruptedException {
        Said said = run(command);
        if (said.status() != 0) {
            throw new AssertionError(String.join(" ", command) + "\nended with " + said.status() + ":\n" + said.text());
        }
        return said.text();
    }

    static Said run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(WAIT_MINUTES, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new AssertionError(command.stream().collect(Collectors.joining(" ")) + " does not end");
        }
        return new Said(process.exitValue(), text);
    }

    /** Nobody but root can delete what is root's. */
    void delete() throws IOException, InterruptedException {
        must(asRoot("find", folder.toString(), "-xdev", "-mindepth", "1", "-delete"));
    }
}
