package portvakt.sim.pi;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;

/**
 * Very many power cuts. The gate's state lies on a disk of its own, as {@code gate-firmware/docs/install.md} says, and the Pi is
 * saved once in the moment before that disk is mounted and the gate is started. Each cut goes on from there: the kernel mounts the disk as the
 * cut before has left it, systemd starts the gate, people go through, the emulator is killed. What is proved is the state's disk and the
 * gate; the root disk and the start of the system are {@link PowerCuts}' part. One thread.
 */
final class CutSeries {

    private static final String DISK_SIZE = "512M";
    private static final String MOUNT = "mount -o noatime,errors=remount-ro LABEL=portvakt " + PiGate.STATE;
    private static final Duration BOOTS_WITHIN = Duration.ofMinutes(8);
    /** A start is hit by the cut, instead of a passage. */
    private static final int STARTS_ONE_IN = 8;

    /** Until it is known how long one takes. */
    private static final int STARTS_WITHIN_MS = 8_000;

    private static final int REVOKED_TRIED_EACH = 10;
    private static final int LIST_CHANGED_EACH = 3;
    /** The cards that are revoked during the series come after this one. */
    private static final long REVOKED_FROM = 4_390_000;

    private static final int SEED_BYTES = 32;

    /** Where the time of a cut has gone, in seconds. */
    private record Phases(double saved, double mounted, double ready, double taps) {
        double all() {
            return saved + mounted + ready + taps;
        }
    }

    private final PiImages images;
    private final Path folder;
    private final SplittableRandom random;
    private final List<Phases> phases = new ArrayList<>();
    private final Path root;
    private final Path data;
    private final Path memory;
    private int replays;
    private int cutWhileStarting;
    private CardNumber newestRevoked = PassageScenarios.REVOKED;
    private long newestVersion;

    /** @param folder of a series that has ended, which is gone on with; or new. Holds what a failure leaves */
    CutSeries(PiImages images, Path folder, long seed) {
        this.images = images;
        this.folder = folder;
        this.random = new SplittableRandom(seed);
        this.root = folder.resolve("root.img");
        this.data = folder.resolve("state.img");
        this.memory = folder.resolve("memory");
    }

    /** @return the report's figure */
    String run(Path deb, int cuts) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        try (PiServer server = new PiServer(folder)) {
            server.start();
            if (!Files.exists(memory)) {
                long beginNs = System.nanoTime();
                images.installed(deb, root, folder);
                saveBeforeTheStart(server);
                System.err.printf(
                        "pi: the Pi is saved, with the gate's disk not mounted, after %.0f s; %d MB%n",
                        seconds(beginNs), Files.size(memory) >> 20);
            }
            CutReckoning reckoning = new CutReckoning(server);
            for (int number = 1; number <= cuts; number++) {
                cut(server, reckoning, number, cuts);
            }
            return settle(server, reckoning, cuts);
        } catch (FailedException e) {
            throw new FailedException(
                    e.getMessage() + "; the disk as the last cut left it: " + kept() + ", and as it is now: " + data);
        }
    }

    /** Boots, sets the gate up, lets it have its list, and takes its disk from it again. */
    private void saveBeforeTheStart(PiServer server) throws IOException, InterruptedException {
        makeDisk();
        try (PiMachine machine = PiMachine.on(images, parts(), folder);
                PiGate gate = new PiGate(machine, server, folder)) {
            machine.agent().watchEvery(Duration.ZERO);
            machine.run("systemctl is-system-running --wait || true", BOOTS_WITHIN);
            machine.run(
                    MOUNT + " && chown portvakt-gate: " + PiGate.STATE + " && chmod 750 " + PiGate.STATE,
                    PiGate.PATIENCE);
            gate.setUp();
            gate.start();
            gate.awaitReader();
            newestVersion = server.push(PassageScenarios.REVOKED, CardStatus.REVOKED);
            awaitApplied(server);
            machine.agent().watchEvery(PiAgent.SAMPLES_EVERY);
            gate.passage(PassageScenarios.WORKER);
            machine.agent().watchEvery(Duration.ZERO);
            gate.stop();
            machine.run(
                    "umount " + PiGate.STATE + " && blockdev --flushbufs /dev/disk/by-label/portvakt"
                            + " && systemctl restart pcscd.service && sync",
                    PiGate.PATIENCE);
            gate.awaitReader();
            Path part = folder.resolve("memory.part");
            machine.save(part);
            Files.move(part, memory);
        }
    }

    private void makeDisk() throws IOException, InterruptedException {
        Process make = new ProcessBuilder(
                        "mke2fs", "-q", "-F", "-t", "ext4", "-L", "portvakt", data.toString(), DISK_SIZE)
                .inheritIO()
                .start();
        FailedException.unless(make.waitFor() == 0, "mke2fs cannot make " + data);
    }

    private PiMachine.Parts parts() {
        return new PiMachine.Parts(root, Optional.of(data), Optional.empty());
    }

    private Path kept() {
        return folder.resolve("state-cut.img");
    }

    private void cut(PiServer server, CutReckoning reckoning, int number, int cuts)
            throws IOException, InterruptedException {
        PiImages.copy(data, kept());
        long onNs = System.nanoTime();
        try (PiMachine machine = PiMachine.goOn(images, parts(), memory, folder);
                PiGate gate = new PiGate(machine, server, folder)) {
            double saved = seconds(onNs);
            long mountNs = System.nanoTime();
            boolean replayed = mount(gate);
            PiJournal journal = reckoning.cameBack(gate);
            double mounted = seconds(mountNs);
            if (number % LIST_CHANGED_EACH == 0) {
                newestRevoked = new CardNumber(Long.toString(REVOKED_FROM + server.listVersion()));
                newestVersion = server.push(newestRevoked, CardStatus.REVOKED);
            }
            String what;
            if (random.nextInt(STARTS_ONE_IN) == 0) {
                what = cutWhileStarting(gate);
            } else {
                long startNs = System.nanoTime();
                gate.start();
                // The daemon ends when nobody has used it for a minute, and is started again by the gate.
                gate.awaitReader();
                double ready = seconds(startNs);
                long tapsNs = System.nanoTime();
                if (number % REVOKED_TRIED_EACH == 0) {
                    reckoning.refuses(gate, PassageScenarios.REVOKED);
                }
                machine.agent().watchEvery(PiAgent.SAMPLES_EVERY);
                TapsAndCut.Cut cut = new TapsAndCut(random).run(gate);
                reckoning.add(cut);
                Phases now = new Phases(saved, mounted, ready, seconds(tapsNs));
                phases.add(now);
                what = cut + String.format(Locale.ROOT, "; ready in %.1f s, taps %.1f s", ready, now.taps());
            }
            System.err.printf(
                    Locale.ROOT,
                    "pi: cut %d of %d: %s; went on in %.1f s, %s and compared in %.1f s, %.1f s in all; %d events%n",
                    number,
                    cuts,
                    what,
                    saved,
                    replayed ? "ext4 mended" : "ext4 clean",
                    mounted,
                    seconds(onNs),
                    journal.events().size());
        }
    }

    /** Sets the clock, lets chance be another one than last time, mounts. @return whether the file system had to be mended */
    private boolean mount(PiGate gate) throws IOException, InterruptedException {
        byte[] chance = new byte[SEED_BYTES];
        random.nextBytes(chance);
        Instant now = Instant.now();
        String said = gate.machine()
                .run(
                        String.format(
                                Locale.ROOT,
                                """
                                set -e
                                date -u -s @%d.%09d >/dev/null
                                perl -e 'open F, "+>", "/dev/urandom" or die; syswrite F, pack "H*", "%s"; ioctl F, 0x5207, 0 or die'
                                %s
                                ! dmesg | grep 'EXT4-fs error'
                                dmesg | grep -c 'EXT4-fs (vd.): recovery complete' || true
                                """,
                                now.getEpochSecond(),
                                now.getNano(),
                                HexFormat.of().formatHex(chance),
                                MOUNT),
                        PiGate.PATIENCE);
        gate.clockIsRight();
        boolean replayed = !said.equals("0");
        if (replayed) {
            replays++;
        }
        return replayed;
    }

    /** A card lies on the reader, and the gate never gets as far as that; or only just. */
    private String cutWhileStarting(PiGate gate) throws IOException, InterruptedException {
        gate.lay(PassageScenarios.WORKER);
        gate.machine().run("systemctl start --no-block " + PiGate.UNIT, PiGate.PATIENCE);
        int afterMs = random.nextInt(phases.isEmpty() ? STARTS_WITHIN_MS : (int) (1000 * median(Phases::ready)));
        TimeUnit.MILLISECONDS.sleep(afterMs);
        gate.machine().cutPower();
        gate.takeCardAway();
        cutWhileStarting++;
        return afterMs + " ms after the start began";
    }

    /** After the last cut. */
    private String settle(PiServer server, CutReckoning reckoning, int cuts) throws IOException, InterruptedException {
        try (PiMachine machine = PiMachine.goOn(images, parts(), memory, folder);
                PiGate gate = new PiGate(machine, server, folder)) {
            mount(gate);
            reckoning.cameBack(gate);
            gate.start();
            gate.awaitReader();
            awaitApplied(server);
            reckoning.refuses(gate, PassageScenarios.REVOKED);
            reckoning.refuses(gate, newestRevoked);
            String figure = reckoning.settle(gate);
            gate.stop();
            return String.format(
                    Locale.ROOT,
                    "%d cuts, %d of them while the gate started; ext4 mended %d times; %s; median of a cut %.1f s:"
                            + " machine %.1f, mount and comparison %.1f, gate ready %.1f, taps %.1f",
                    cuts,
                    cutWhileStarting,
                    replays,
                    figure,
                    median(Phases::all),
                    median(Phases::saved),
                    median(Phases::mounted),
                    median(Phases::ready),
                    median(Phases::taps));
        }
    }

    private void awaitApplied(PiServer server) throws IOException, InterruptedException {
        server.await(0, "ListApplied", PiGate.PATIENCE, row -> row.listVersion().orElse(0L) >= newestVersion);
    }

    private double median(ToDoubleFunction<Phases> of) {
        return phases.stream()
                .mapToDouble(of)
                .sorted()
                .skip(phases.size() / 2)
                .findFirst()
                .orElse(0);
    }

    private static double seconds(long sinceNs) {
        return (System.nanoTime() - sinceNs) / 1e9;
    }
}
