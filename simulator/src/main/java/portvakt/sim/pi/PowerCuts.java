package portvakt.sim.pi;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * The Pi's power is cut again and again while people go through, each time at another moment, and the whole Pi boots from the disk that
 * is left. After that the server has to have what the Pi's journal has, each event once, and the list has to be the one it was.
 * {@link CutSeries} does this much faster, and spares the root disk. One thread.
 */
final class PowerCuts {

    private final PiImages images;
    private final PiServer server;
    private final Path disk;
    private final Path folder;
    private final TapsAndCut taps;
    private final CutReckoning reckoning;
    private final List<Double> readySeconds = new ArrayList<>();

    PowerCuts(PiImages images, PiServer server, Path disk, Path folder, long seed) {
        this.images = images;
        this.server = server;
        this.disk = disk;
        this.folder = folder;
        this.taps = new TapsAndCut(new SplittableRandom(seed));
        this.reckoning = new CutReckoning(server);
    }

    /** @return the report's figure */
    String run(int cuts) throws IOException, InterruptedException {
        for (int number = 1; number <= cuts; number++) {
            try (PiMachine machine = PiMachine.on(images, PiMachine.Parts.of(disk), folder);
                    PiGate gate = new PiGate(machine, server, folder)) {
                PiJournal journal = comeBack(gate);
                machine.agent().watchEvery(PiAgent.SAMPLES_EVERY);
                TapsAndCut.Cut cut = taps.run(gate);
                reckoning.add(cut);
                System.err.printf(
                        "pi: cut %d of %d, %.0f s after power on, %s; %d events%n",
                        number,
                        cuts,
                        machine.secondsSinceOn(),
                        cut,
                        journal.events().size());
            }
        }
        try (PiMachine machine = PiMachine.on(images, PiMachine.Parts.of(disk), folder);
                PiGate gate = new PiGate(machine, server, folder)) {
            comeBack(gate);
            reckoning.refuses(gate, PassageScenarios.REVOKED);
            String figure = reckoning.settle(gate);
            machine.shutDown();
            return String.format(
                    Locale.ROOT, "%d cuts, %s; ready %.0f s after power on (median)", cuts, figure, median());
        }
    }

    /** Waits until the gate takes cards. */
    private PiJournal comeBack(PiGate gate) throws IOException, InterruptedException {
        // Nobody looks at the relay before cards are laid.
        gate.machine().agent().watchEvery(Duration.ZERO);
        gate.awaitReady();
        readySeconds.add(gate.machine().secondsSinceOn());
        gate.clockIsRight();
        return reckoning.cameBack(gate);
    }

    private double median() {
        return readySeconds.stream()
                .sorted()
                .skip(readySeconds.size() / 2)
                .findFirst()
                .orElse(0.0);
    }
}
