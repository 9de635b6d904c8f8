package portvakt.sim.pi;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import portvakt.server.port.LogEntry;
import portvakt.sim.device.frame.Condition;
import portvakt.sim.device.frame.FrameRenderer;

/**
 * A camera of the kernel's (vivid, through V4L2), read by a program that writes its frames out, as on a Pi. It shows test pictures, so
 * for the code the program plays a drawn frame instead.
 */
final class CameraScenario {

    static final String NAME = "camera";

    private static final int WIDTH = 320;
    private static final int HEIGHT = 180;
    private static final String FOLDER = "/usr/local/lib/portvakt-test";
    private static final String SHOW_CODE = "/run/portvakt-test/code";
    private static final String CARD = "4388555";

    private static final String PROGRAM = """
            #!/bin/sh
            while [ -e %s ]; do
              cat %s/code
              sleep 0.5
            done
            exec v4l2-ctl -d /dev/video0 --set-fmt-video=width=%d,height=%d,pixelformat=GREY --stream-mmap --stream-to=-
            """.formatted(SHOW_CODE, FOLDER, WIDTH, HEIGHT);

    private static final String SETTINGS = """
            camera:
              command: [%s/camera]
              format: GRAY8
              width: %d
              height: %d
              frameTimeout: PT20S
              restartDelayMin: PT1S
              restartDelayMax: PT2S
            """.formatted(FOLDER, WIDTH, HEIGHT);

    private CameraScenario() {}

    static List<Scenario> all() {
        return List.of(new Scenario(
                NAME,
                "a camera that dies is told of and comes back by itself; a code is decided",
                CameraScenario::run));
    }

    private static String run(PiGate gate) throws IOException, InterruptedException {
        PiMachine machine = gate.machine();
        machine.agent().put(FOLDER + "/camera", "755", PROGRAM.getBytes(StandardCharsets.US_ASCII));
        machine.agent()
                .put(
                        FOLDER + "/code",
                        "644",
                        new FrameRenderer(WIDTH, HEIGHT).render(CARD, Condition.CLEAN, new SplittableRandom(1)));
        machine.run("modprobe vivid n_devs=1 node_types=0x1 && udevadm settle", PiGate.PATIENCE);
        long before = gate.server().newest();
        gate.addSettings(SETTINGS);
        gate.stop();
        gate.start();
        gate.awaitReady();
        try {
            gate.server().await(before, "DeviceChanged", PiGate.PATIENCE, row -> says(row, "camera ready"));
            return killAndShowCode(gate);
        } finally {
            gate.addSettings("");
            gate.stop();
            machine.agent().run("rm -f " + SHOW_CODE + "; modprobe -r vivid", PiGate.PATIENCE);
            gate.start();
            gate.awaitReady();
        }
    }

    private static String killAndShowCode(PiGate gate) throws IOException, InterruptedException {
        PiMachine machine = gate.machine();
        long before = gate.server().newest();
        int mark = gate.lines().mark();
        machine.agent().put(SHOW_CODE, "644", new byte[0]);
        long killedNs = System.nanoTime();
        machine.run("pkill -KILL -x v4l2-ctl", PiGate.PATIENCE);
        gate.server().await(before, "DeviceChanged", PiGate.PATIENCE, row -> says(row, "camera not ready"));
        gate.server().await(before, "DeviceChanged", PiGate.PATIENCE, row -> says(row, "camera ready"));
        double backSeconds = (System.nanoTime() - killedNs) / 1e9;
        LogEntry granted = gate.server()
                .await(
                        before,
                        "AccessGranted",
                        PiGate.PATIENCE,
                        row -> row.reader().orElse("").equals("camera"));
        FailedException.unless(
                granted.assurance().orElse("").equals("UNSIGNED_CODE"), "assurance " + granted.assurance());
        gate.lines().await(mark, PiGate.RELAY, true, PiGate.PATIENCE);
        gate.lines().await(mark, PiGate.RELAY, false, PiGate.PATIENCE);
        return String.format(
                Locale.ROOT, "lost and ready again in the log after %.1f s; then its code released", backSeconds);
    }

    private static boolean says(LogEntry row, String what) {
        return row.detail().orElse("").startsWith(what);
    }
}
