package portvakt.sim.pi;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * The files that an emulated Pi boots from, made by {@code src/pi/image.sh}, and disks with the gate's package on them. One thread.
 *
 * @param folder where that script has left them; disks with a package are kept there too
 */
record PiImages(Path folder) {

    /** The machine; {@code image.sh} makes the device tree for the same one. */
    static final List<String> MACHINE = List.of(
            "-M", "virt,gic-version=3", "-cpu", "cortex-a72", "-smp", "2", "-m", "1024", "-accel", "tcg,thread=multi");

    private static final Duration INSTALLS_WITHIN = Duration.ofMinutes(20);
    private static final String INSTALLED = "installed-";

    Path deviceTree() {
        return folder.resolve("pi.dtb");
    }

    Path kernel() {
        return folder.resolve("kernel/vmlinuz");
    }

    Path initrd() {
        return folder.resolve("initrd");
    }

    private Path root() {
        return folder.resolve("root.img");
    }

    /** A new disk with the package installed, copied to {@code disk}. The Pi's own dpkg installs it, once for each package. */
    void installed(Path deb, Path disk, Path work) throws IOException, InterruptedException {
        Path kept = folder.resolve(INSTALLED + key(deb) + ".img");
        if (!Files.exists(kept)) {
            forgetOthers();
            Path making = folder.resolve("installing.img");
            copy(root(), making);
            install(deb, making, work);
            Files.move(making, kept, StandardCopyOption.REPLACE_EXISTING);
        }
        copy(kept, disk);
    }

    private void install(Path deb, Path disk, Path work) throws IOException, InterruptedException {
        System.err.printf("pi: installing %s on the Pi, by its dpkg …%n", deb.getFileName());
        try (PiMachine machine = PiMachine.on(this, PiMachine.Parts.of(disk), work)) {
            machine.agent().watchEvery(Duration.ZERO);
            machine.run("systemctl is-system-running --wait || true", Duration.ofMinutes(8));
            machine.agent().put("/root/gate.deb", "644", Files.readAllBytes(deb));
            String said = machine.run("DEBIAN_FRONTEND=noninteractive dpkg -i /root/gate.deb 2>&1", INSTALLS_WITHIN);
            System.err.println(said.indent(4).stripTrailing());
            machine.run("rm /root/gate.deb; sync", Duration.ofMinutes(2));
            machine.shutDown();
            System.err.printf("pi: installed, %.0f s after power on%n", machine.secondsSinceOn());
        }
    }

    /** By the package and by the disk that it goes on. */
    private String key(Path deb) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(Files.readAllBytes(deb));
            digest.update(Files.getLastModifiedTime(root()).toString().getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(digest.digest(), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private void forgetOthers() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(each -> each.getFileName().toString().startsWith(INSTALLED))
                    .toList()) {
                Files.delete(file);
            }
        }
    }

    /** Two gibibytes of which most is nothing; the nothing is not written. */
    static void copy(Path from, Path to) throws IOException, InterruptedException {
        Process copy = new ProcessBuilder("cp", "--sparse=always", from.toString(), to.toString())
                .inheritIO()
                .start();
        if (copy.waitFor() != 0) {
            throw new IOException("cannot copy " + from + " to " + to);
        }
    }
}
