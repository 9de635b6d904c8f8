package portvakt.sim.world;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import portvakt.sim.check.Finale;
import portvakt.sim.check.MusterWatch;
import portvakt.sim.workload.Crowd;

/**
 * One run: a site's gates, broker, server and register, its people, and what goes wrong. For one thread. Safety is checked at every event;
 * when the faults have stopped, that all comes to where it must.
 */
public final class World {

    static final String SITE = "oslo";
    private static final Duration LOOK = Duration.ofSeconds(10);
    private static final Duration MUSTERS = Duration.ofSeconds(70);
    private static final Duration SETTLES_WITHIN = Duration.ofMinutes(45);
    /** More than any run needs: a run that never ends is a fault of its own. */
    private static final long EVENTS_MAX = 2_000_000;

    private static final long SITE_SALT = 0x51_7e;
    private static final String[] NAMES = {"north", "south", "east", "west"};

    private final Agenda agenda = new Agenda();
    private final Marks marks = new Marks();
    private final Trace trace;
    private final Options options;
    private final SimBroker broker;
    private final List<GateNode> gates = new ArrayList<>();
    private final ServerNode server;
    private final Crowd crowd;
    private final RegisterNode register;
    private final Misfortune misfortune;
    private final SiteOptions site;
    private final FactTruth facts = new FactTruth(SiteOffice.FIRST_POLICY);
    private final SiteOffice office;
    private final Dice musterDice;
    private final MusterWatch musters;
    private final FireDrill drill = new FireDrill(this);
    private final CardCopies copies = new CardCopies(this);
    private final Installer installer = new Installer(this);
    private boolean musterDue = true;
    private boolean faulty = true;
    private boolean busy = true;

    /** How a run ended. @param virtualNs how long it was @param violation null: none */
    public record Result(
            Options options,
            String hash,
            long virtualNs,
            Marks marks,
            Violation violation,
            List<String> lastLines,
            Map<Fault, Long> struck) {}

    /** What a written scenario does to a world, once. @param at since the run began, within its minutes */
    record Act(Duration at, Consumer<World> what) {}

    private World(long seed, Options.Wish wish, WorldDatabase database, Consumer<String> listener) {
        Dice root = new Dice(seed);
        trace = new Trace(agenda, listener);
        options = Options.draw(seed, root.split(), wish);
        site = SiteOptions.draw(new Dice(seed ^ SITE_SALT));
        broker = new SimBroker(
                root.split(), (client, topic, payload) -> trace.line(client, "→ " + topic + " " + payload.length));
        for (int i = 0; i < NAMES.length; i++) {
            Dice dice = root.split();
            if (i < options.gates()) {
                gates.add(new GateNode(this, dice, NAMES[i], ServerNode.directionOf(i)));
            }
        }
        database.empty();
        server = new ServerNode(this, root.split(), database);
        crowd = new Crowd(this, root.split(), options.people());
        register = new RegisterNode(this, root.split(), crowd.cards());
        misfortune = new Misfortune(this, root.split());
        office = new SiteOffice(this, root.split(), crowd.chips(), crowd.visitors());
        musterDice = root.split();
        musters = new MusterWatch(this, crowd);
    }

    /** Does a whole run. @param listener hears each line of the trace */
    public static Result run(long seed, Options.Wish wish, WorldDatabase database, Consumer<String> listener) {
        return run(seed, wish, database, listener, List.of());
    }

    /** As {@link #run(long, Options.Wish, WorldDatabase, Consumer)}. @param script what happens besides */
    static Result run(
            long seed, Options.Wish wish, WorldDatabase database, Consumer<String> listener, List<Act> script) {
        World world = new World(seed, wish, database, listener);
        Violation violation = null;
        try {
            world.live(script);
        } catch (Violation e) {
            violation = e;
        }
        world.server.kill("the end");
        return new Result(
                world.options,
                world.trace.hash(),
                world.agenda.nowNs(),
                world.marks,
                violation,
                world.trace.last(),
                world.misfortune.struck());
    }

    private void live(List<Act> script) {
        server.start();
        gates.forEach(GateNode::start);
        crowd.start();
        register.start();
        office.start();
        look();
        misfortune.start();
        script.forEach(act -> agenda.in(act.at(), () -> act.what().accept(this)));
        runUntil(Duration.ofMinutes(options.minutes()).toNanos());
        trace.line("world", "the faults stop");
        faulty = false;
        busy = false;
        crowd.stop();
        misfortune.heal();
        musterDue = false;
        Finale finale = new Finale(this, crowd);
        long untilNs = agenda.nowNs() + SETTLES_WITHIN.toNanos();
        while (!finale.isSettled()) {
            if (agenda.nowNs() >= untilNs) {
                throw new Violation(finale.unsettledRule(), finale.unsettled());
            }
            runUntil(agenda.nowNs() + LOOK.toNanos());
        }
        finale.check();
    }

    private void look() {
        agenda.in(musterDice.until(MUSTERS), () -> {
            if (musterDue) {
                musters.look();
                look();
            }
        });
    }

    private void runUntil(long untilNs) {
        while (agenda.runNext(untilNs)) {
            if (agenda.sequence() > EVENTS_MAX) {
                throw new Violation("the run does not end", EVENTS_MAX + " events");
            }
        }
    }

    public Agenda agenda() {
        return agenda;
    }

    public Trace trace() {
        return trace;
    }

    public Marks marks() {
        return marks;
    }

    public Options options() {
        return options;
    }

    SimBroker broker() {
        return broker;
    }

    public List<GateNode> gates() {
        return gates;
    }

    public ServerNode server() {
        return server;
    }

    RegisterNode register() {
        return register;
    }

    public ListTruth truth() {
        return server.truth();
    }

    SiteOptions site() {
        return site;
    }

    /** How long an entry is remembered where entering twice is denied; 0: it is not. */
    public long forgetsNs() {
        return site.forgets().map(Duration::toNanos).orElse(0L);
    }

    /** Whether a fault belongs to this run, also when it strikes no more. */
    public boolean isDrawn(Fault fault) {
        return options.has(fault);
    }

    public FactTruth facts() {
        return facts;
    }

    public SiteOffice office() {
        return office;
    }

    /** Of the site's own list. */
    public ListTruth siteTruth() {
        return server.siteTruth();
    }

    MusterWatch musters() {
        return musters;
    }

    FireDrill drill() {
        return drill;
    }

    /** Of gates' SD cards. */
    public CardCopies copies() {
        return copies;
    }

    Installer installer() {
        return installer;
    }

    Crowd crowd() {
        return crowd;
    }

    /** Whether a fault may strike now. */
    public boolean isFaulty(Fault fault) {
        return faulty && options.has(fault);
    }

    /** Whether the site is at work. */
    boolean isBusy() {
        return busy;
    }

    /** Whether the register has said all that it has to say. */
    public boolean isToldAll() {
        return register.isQuiet()
                && truth().isSettled()
                && office.isQuiet()
                && siteTruth().isSettled()
                && facts.isNumbered();
    }
}
