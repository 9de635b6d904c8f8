package portvakt.gate.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import portvakt.gate.GateConfig;
import portvakt.gate.adapter.file.FolderDisk;
import portvakt.gate.check.CheckTexts;
import portvakt.gate.check.Finding;
import portvakt.gate.check.Finding.Check;
import portvakt.gate.check.Finding.Level;
import portvakt.gate.check.JournalSpan;
import portvakt.gate.check.Judge;
import portvakt.gate.check.Machine;
import portvakt.gate.journal.EventWords;
import portvakt.gate.journal.JournalReader;
import portvakt.gate.status.ListGlance;
import portvakt.protocol.config.ConfigFile;
import portvakt.protocol.v1.ChainedEvent;

/**
 * What a gate knows of its own trouble, whether it runs or not: only reads, holds nothing. Ends with 0 (all well), 1 (warnings) or 2
 * (faults).
 */
@CommandLine.Command(
        name = "rescue",
        mixinStandardHelpOptions = true,
        description = "Says why a gate is in trouble and what to do. Reads only: the gate may run.")
public final class RescueCommand implements Callable<Integer> {

    private static final int EVENTS_IN_BUNDLE = 500;

    @CommandLine.Parameters(
            paramLabel = "CONFIG",
            arity = "0..1",
            defaultValue = "/etc/portvakt/gate.yaml",
            description = "the gate's settings, YAML; default ${DEFAULT-VALUE}")
    private Path config;

    @CommandLine.Option(
            names = "--last",
            paramLabel = "N",
            defaultValue = "10",
            description = "how many events; default ${DEFAULT-VALUE}")
    private int last;

    @CommandLine.Option(
            names = "--bundle",
            paramLabel = "FILE",
            description = "writes what support needs into a zip file: no key, no card number, no name")
    private Path bundle;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    private final InstantSource time;

    public RescueCommand(InstantSource time) {
        this.time = time;
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        CheckReport report = new CheckReport(CheckTexts.in(Locale.getDefault()));
        GateConfig settings;
        try {
            settings = ConfigFile.read(config, GateConfig.class);
        } catch (ConfigFile.Invalid e) {
            Finding bad = Finding.fail(Check.SETTINGS, "bad", e.getMessage());
            report.line(bad, out);
            return Finding.exitCode(List.of(bad));
        }
        BasicChecks checks = new BasicChecks(settings, time, finding -> report.line(finding, out));
        checks.add(Finding.ok(Check.SETTINGS, "ok", config, settings.gate(), settings.site()));
        Machine machine = checks.run(false);
        Deque<ChainedEvent> events = new ArrayDeque<>();
        boolean read = journal(settings, checks, events);
        if (read) {
            lists(settings, checks);
        }
        boolean runs = machine.gateRuns();
        tell(settings, checks.findings(), runs, events, report, out);
        return bundle == null
                ? Finding.exitCode(checks.findings())
                : write(settings, checks, runs, events, machine, out);
    }

    /** @return whether there is a folder to read in */
    private boolean journal(GateConfig settings, BasicChecks checks, Deque<ChainedEvent> events) {
        Path folder = settings.dataFolder();
        if (!Files.isDirectory(folder)) {
            checks.add(Finding.warn(Check.JOURNAL, "none", folder));
            return false;
        }
        try {
            JournalReader reader = new JournalReader(FolderDisk.existing(folder));
            JournalSpan span = new JournalSpan();
            int kept = Math.max(EVENTS_IN_BUNDLE, last);
            List<String> faults = reader.read(event -> {
                span.add(event);
                events.add(event);
                if (events.size() > kept) {
                    events.removeFirst();
                }
            });
            long acknowledged = reader.acknowledged();
            checks.add(
                    span.isEmpty()
                            ? Finding.warn(Check.JOURNAL, "none", folder)
                            : Judge.journal(
                                    span.waiting(acknowledged),
                                    span.daysLeft(acknowledged, settings.journalBytesMax()),
                                    faults.size()));
            return true;
        } catch (IOException e) {
            checks.add(Finding.fail(Check.JOURNAL, "unread", folder));
            return false;
        }
    }

    private void lists(GateConfig settings, BasicChecks checks) {
        try {
            List<ListGlance> there = ListGlance.all(FolderDisk.existing(settings.dataFolder()));
            GateConfig.Policy policy = settings.policy();
            for (ListGlance list : there) {
                checks.add(Judge.list(
                        list.list(),
                        list.version(),
                        Duration.between(list.issuedAt(), time.instant()),
                        policy.listWarnAge(),
                        policy.listClosedAge()));
            }
            for (String wanted : settings.lists().orElse(List.of())) {
                if (there.stream().noneMatch(list -> list.list().equals(wanted))) {
                    checks.add(Finding.fail(Check.LISTS, "none", wanted));
                }
            }
        } catch (IOException e) {
            checks.add(Finding.fail(Check.JOURNAL, "unread", settings.dataFolder()));
        }
    }

    private void tell(
            GateConfig settings,
            List<Finding> findings,
            boolean runs,
            Deque<ChainedEvent> events,
            CheckReport report,
            PrintWriter out) {
        CheckTexts texts = report.texts();
        out.println();
        out.println(texts.text(runs ? "rescue.running" : "rescue.stopped"));
        out.println();
        out.println(texts.text("rescue.events"));
        EventWords words = new EventWords(settings.policy().zone(), false);
        events.stream()
                .skip(Math.max(0, events.size() - Math.max(0, last)))
                .forEach(event -> out.println("  " + words.line(event)));
        out.println();
        List<String> remedies = findings.stream()
                .filter(finding -> finding.level() != Level.OK)
                // The worst first, each once.
                .sorted((a, b) -> b.level().compareTo(a.level()))
                .map(texts::remedy)
                .flatMap(Optional::stream)
                .distinct()
                .toList();
        if (remedies.isEmpty()) {
            out.println(texts.text("rescue.nothing"));
        } else {
            out.println(texts.text("rescue.next"));
            remedies.forEach(remedy -> out.println("  - " + remedy));
        }
        out.flush();
    }

    private int write(
            GateConfig settings,
            BasicChecks checks,
            boolean runs,
            Deque<ChainedEvent> events,
            Machine machine,
            PrintWriter out) {
        CheckReport english = new CheckReport(CheckTexts.in(Locale.ENGLISH));
        try {
            new SupportBundle(settings.address(), time.instant(), runs, machine.board())
                    .write(
                            bundle,
                            english,
                            checks.findings(),
                            events,
                            settings.policy().zone());
            out.println(CheckTexts.in(Locale.getDefault()).text("rescue.bundle", bundle));
            out.flush();
            return Finding.exitCode(checks.findings());
        } catch (IOException e) {
            spec.commandLine().getErr().println("rescue: " + bundle + ": cannot be written: " + e);
            return Level.FAIL.exitCode();
        }
    }
}
