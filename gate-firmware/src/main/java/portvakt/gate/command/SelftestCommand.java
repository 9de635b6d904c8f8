package portvakt.gate.command;

import java.io.Console;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine;
import portvakt.gate.GateConfig;
import portvakt.gate.adapter.gpio.TurnstileConfig;
import portvakt.gate.adapter.gpio.TurnstileUnavailableException;
import portvakt.gate.adapter.pcsc.PcscReader;
import portvakt.gate.adapter.qr.CameraProbe;
import portvakt.gate.adapter.qr.ScannerReader;
import portvakt.gate.check.CheckTexts;
import portvakt.gate.check.Finding;
import portvakt.gate.check.Finding.Check;
import portvakt.gate.check.Hardware;
import portvakt.gate.check.Judge;
import portvakt.gate.check.Machine;
import portvakt.gate.port.Turnstile;
import portvakt.protocol.config.ConfigFile;

/** Tries everything that a gate needs, before people stand in front of it. Ends with 0 (all well), 1 (warnings) or 2 (faults). */
@CommandLine.Command(
        name = "selftest",
        mixinStandardHelpOptions = true,
        description =
                "Checks settings, identity, clock, disk, board, server, reader, camera, inputs and relay, in plain words.")
public final class SelftestCommand implements Callable<Integer> {

    private static final Duration READY = Duration.ofSeconds(3);
    private static final Duration TURN = Duration.ofSeconds(20);
    private static final Set<String> YES = Set.of("yes", "y", "ja", "j"); // looked up, never walked

    @CommandLine.Parameters(
            paramLabel = "CONFIG",
            arity = "0..1",
            defaultValue = "/etc/portvakt/gate.yaml",
            description = "the gate's settings, YAML; default ${DEFAULT-VALUE}")
    private Path config;

    @CommandLine.Option(names = "--wait", description = "waits for a card at the reader")
    private boolean wait;

    @CommandLine.Option(
            names = "--watch",
            description = "asks for the arm, the exit button and the fire contact, one after the other")
    private boolean watch;

    @CommandLine.Option(
            names = "--relay",
            description = "frees the arm for a second; without it a terminal is asked, and nobody else")
    private boolean relay;

    @CommandLine.Option(names = "--json", description = "for programs")
    private boolean json;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    private final Function<TurnstileConfig, Turnstile> turnstiles;
    private final InstantSource time;

    /** @param turnstiles makes the turnstile; locked when it returns */
    public SelftestCommand(Function<TurnstileConfig, Turnstile> turnstiles, InstantSource time) {
        this.turnstiles = turnstiles;
        this.time = time;
    }

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        CheckReport report = new CheckReport(CheckTexts.in(Locale.getDefault()));
        List<Finding> findings;
        try {
            GateConfig settings = ConfigFile.read(config, GateConfig.class);
            BasicChecks checks = new BasicChecks(settings, time, finding -> {
                if (!json) {
                    report.line(finding, out);
                }
            });
            checks.add(Finding.ok(Check.SETTINGS, "ok", config, settings.gate(), settings.site()));
            Machine machine = checks.run(true);
            devices(settings, machine, checks, report.texts(), out);
            findings = checks.findings();
        } catch (ConfigFile.Invalid e) {
            findings = List.of(Finding.fail(Check.SETTINGS, "bad", e.getMessage()));
            if (!json) {
                report.line(findings.getFirst(), out);
            }
        }
        if (json) {
            out.println(report.json(findings));
        }
        out.flush();
        return Finding.exitCode(findings);
    }

    private void devices(GateConfig settings, Machine machine, BasicChecks checks, CheckTexts texts, PrintWriter out)
            throws InterruptedException {
        if (machine.gateRuns()) {
            settings.cardReader().ifPresent(_ -> checks.add(Finding.warn(Check.READER, "running")));
            settings.scanner().ifPresent(_ -> checks.add(Finding.warn(Check.SCANNER, "running")));
            settings.camera().ifPresent(_ -> checks.add(Finding.warn(Check.CAMERA, "running")));
            checks.add(Finding.warn(Check.INPUTS, "running"));
            checks.add(Finding.warn(Check.RELAY, "running"));
            return;
        }
        Hardware hardware = new Hardware(READY, TURN, key -> {
            if (!json) {
                out.println("      " + texts.text(key));
                out.flush();
            }
        });
        if (settings.cardReader().isPresent()) {
            checks.add(reader(settings, hardware));
        }
        if (settings.scanner().isPresent()) {
            checks.add(hardware.reader(
                    Check.SCANNER, new ScannerReader(settings.scanner().get()), wait));
        }
        if (settings.camera().isPresent()) {
            CameraProbe.Seen seen = CameraProbe.look(settings.camera().get());
            checks.add(Judge.camera(seen.picture(), seen.fault()));
        }
        turnstile(settings.turnstile(), hardware, checks, texts);
    }

    private Finding reader(GateConfig settings, Hardware hardware) throws InterruptedException {
        try {
            return hardware.reader(
                    Check.READER, new PcscReader("card", settings.cardReader().orElseThrow()), wait);
        } catch (ConfigFile.Invalid e) {
            return Finding.fail(Check.READER, "lost", e.getMessage());
        }
    }

    private void turnstile(TurnstileConfig lines, Hardware hardware, BasicChecks checks, CheckTexts texts)
            throws InterruptedException {
        List<Hardware.Act> acts = new ArrayList<>();
        if (watch) {
            acts.add(Hardware.Act.ARM);
            lines.requestToExit().ifPresent(_ -> acts.add(Hardware.Act.EXIT));
            lines.fireAlarm().ifPresent(_ -> acts.add(Hardware.Act.FIRE));
        }
        try {
            boolean pulse = relay || confirmed(texts);
            hardware.turnstile(turnstiles.apply(lines), acts, pulse).forEach(checks::add);
            if (!pulse) {
                checks.add(Finding.ok(Check.RELAY, "not-asked"));
            }
        } catch (TurnstileUnavailableException e) {
            checks.add(Finding.fail(Check.INPUTS, "unavailable", e.getMessage()));
        }
    }

    private boolean confirmed(CheckTexts texts) {
        Console console = System.console();
        if (json || console == null || !console.isTerminal()) {
            return false;
        }
        String answer = console.readLine("      %s ", texts.text("relay.ask"));
        return answer != null && YES.contains(answer.strip().toLowerCase(Locale.ROOT));
    }
}
