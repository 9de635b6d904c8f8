package portvakt.sim.rig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import portvakt.sim.world.Violation;

/** Strikes by a plan, and mends. One thread. */
final class RigBlows {

    private static final int DELAY_MS = 120;
    private static final int LOSS_PERCENT = 15;

    private final RigSite site;

    RigBlows(RigSite site) {
        this.site = site;
    }

    private record Step(long atMs, RigPlan.Blow blow, boolean mends) {}

    /** Returns when all has been struck and mended. */
    void strike(RigPlan plan, long lengthMs) throws IOException, InterruptedException {
        List<Step> steps = new ArrayList<>();
        plan.blows().forEach(blow -> {
            steps.add(new Step(blow.atMs(), blow, false));
            steps.add(new Step(blow.endsMs(), blow, true));
        });
        steps.sort(Comparator.comparingLong(Step::atMs));
        long beganNs = System.nanoTime();
        for (Step step : steps) {
            sleepUntil(beganNs, step.atMs());
            site.note((step.mends() ? "mends " : "strikes ") + step.blow());
            if (step.mends()) {
                mend(step.blow());
            } else {
                hit(step.blow());
            }
        }
        sleepUntil(beganNs, lengthMs);
    }

    private static void sleepUntil(long beganNs, long atMs) throws InterruptedException {
        long leftNs = beganNs + TimeUnit.MILLISECONDS.toNanos(atMs) - System.nanoTime();
        if (leftNs > 0) {
            TimeUnit.NANOSECONDS.sleep(leftNs);
        }
    }

    private void hit(RigPlan.Blow blow) throws IOException {
        RigGate gate = site.gates().get(blow.gate());
        switch (blow.fault()) {
            case GATE_KILLED -> kill(gate.name(), gate.program());
            case GATE_STOPPED -> {
                gate.relay().stopped();
                gate.program().child().stop(false);
            }
            case NETWORK_CUT -> gate.port().orElseThrow().cut();
            case NETWORK_POOR -> gate.port().orElseThrow().worsen(DELAY_MS, LOSS_PERCENT);
            case DISK_FULL -> gate.disk().orElseThrow().fill();
            case SERVER_KILLED -> kill("the server", site.server().program());
            case SERVER_STOPPED -> site.server().program().child().stop(false);
            case BROKER_KILLED -> site.broker().process().kill();
            case BROKER_STOPPED -> site.broker().process().stop(false);
            case DATABASE_KILLED -> site.postgres().kill();
            case DATABASE_ABORTED -> site.postgres().abort();
            case DATABASE_STOPPED -> site.postgres().stop();
        }
    }

    private static void kill(String name, JavaProgram program) throws IOException {
        if (program.isReady() && !program.isAlive()) {
            throw new Violation("a program ended by itself", name);
        }
        program.child().kill();
    }

    private void mend(RigPlan.Blow blow) {
        RigGate gate = site.gates().get(blow.gate());
        try {
            switch (blow.fault()) {
                case GATE_KILLED -> gate.program().launch();
                case GATE_STOPPED -> {
                    gate.program().child().resume(false);
                    gate.relay().resumed();
                }
                case NETWORK_CUT -> gate.port().orElseThrow().mend();
                case NETWORK_POOR -> gate.port().orElseThrow().improve();
                case DISK_FULL -> gate.disk().orElseThrow().makeRoom();
                case SERVER_KILLED -> site.server().program().launch();
                case SERVER_STOPPED -> site.server().program().child().resume(false);
                case BROKER_KILLED -> site.broker().launch();
                case BROKER_STOPPED -> site.broker().process().resume(false);
                case DATABASE_KILLED, DATABASE_ABORTED -> site.postgres().launch();
                case DATABASE_STOPPED -> site.postgres().resume();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("what was struck cannot be mended: " + blow, e);
        }
    }
}
