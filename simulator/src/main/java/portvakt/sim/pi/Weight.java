package portvakt.sim.pi;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the gate weighs on the Pi: how long from the start of its process to its first decision, with the card on the reader already,
 * and how much memory; beside a program that only says hello, with the same options of Java, on the same Pi. One thread.
 */
final class Weight {

    private static final int RUNS = 3;
    private static final double TICKS_PER_SECOND = 100;
    private static final int CARDS = 10_000_000;
    private static final double START_RATIO_MAX = 1.5;
    private static final double MEMORY_OVER_FLOOR_MAX_MB = 96;
    private static final Duration IDLE = Duration.ofSeconds(60);
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    /** How late the relay may be seen; a closer watch would take half of the emulated processors. */
    private static final Duration WATCHED_EVERY = Duration.ofMillis(20);

    private static final String FOLDER = "/root/weight";
    private static final String HELLO_JAR = FOLDER + "/hello.jar";
    private static final String PROGRAM = "/usr/lib/portvakt-gate-weight";
    private static final String CACHE = "/var/cache/portvakt-gate/gate.aot";
    private static final String MANY = "/var/lib/portvakt-gate/many";
    /** As the package's program has them; other variants put theirs in their place. */
    private static final String PACKAGED = "-XX:+UseSerialGC -XX:+UseCompactObjectHeaders -Xmx128m";

    private static final Pattern MEMORY = Pattern.compile("(VmRSS|RssAnon|RssFile):\\s+(\\d+) kB");

    /** @param cached with an AOT cache made under the same options */
    private record Variant(String name, String options, boolean cached) {}

    /** As the program starts Java for a gate without a camera. */
    private static final String FIRST_COMPILER = " -XX:TieredStopAtLevel=1";

    private static final String BOTH_COMPILERS = " -XX:TieredStopAtLevel=4";
    private static final Variant SHIPPED = new Variant("as packaged", PACKAGED + FIRST_COMPILER, true);

    private static final List<Variant> OTHERS = List.of(
            new Variant("with a camera", PACKAGED + BOTH_COMPILERS, true),
            new Variant("without the AOT cache", PACKAGED + FIRST_COMPILER, false),
            new Variant("plain Java", BOTH_COMPILERS, false),
            new Variant("Serial GC", "-XX:+UseSerialGC" + BOTH_COMPILERS, false),
            new Variant(
                    "Serial GC, small headers",
                    "-XX:+UseSerialGC -XX:+UseCompactObjectHeaders" + BOTH_COMPILERS,
                    false));

    private record Memory(double rssMb, double anonMb, double fileMb) {}

    /** @param cpuSeconds that the process used, on all processors, until it had decided */
    private record Run(double seconds, double cpuSeconds, Memory memory) {}

    private final PiGate gate;
    private final PiMachine machine;
    private final Path folder;
    private final List<String> table = new ArrayList<>();

    Weight(PiGate gate, Path folder) {
        this.gate = gate;
        this.machine = gate.machine();
        this.folder = folder;
    }

    /** The service has to be set up; it is stopped for this. @return the table */
    String measure() throws IOException, InterruptedException {
        gate.stop();
        machine.agent().watchEvery(WATCHED_EVERY);
        machine.agent().put(HELLO_JAR, "644", helloJar());
        // It would end after a minute without a client, and the card with it.
        machine.agent()
                .put(
                        "/etc/systemd/system/pcscd.service.d/stay.conf",
                        "644",
                        "[Service]\nExecStart=\nExecStart=/usr/sbin/pcscd --foreground\n"
                                .getBytes(StandardCharsets.US_ASCII));
        machine.run("systemctl daemon-reload", PATIENCE);
        say(String.format(
                Locale.ROOT,
                "%-26s %8s %8s %8s %8s %6s %6s %6s %6s",
                "seconds; CPU seconds; MB",
                "hello",
                "decision",
                "CPU",
                "CPU",
                "ratio",
                "CPU",
                "hello",
                "gate"));
        Pair shipped = pair(SHIPPED);
        Memory many = manyCards();
        double over = many.rssMb() - shipped.hello().memory().rssMb();
        double ratio = shipped.gate().seconds() / shipped.hello().seconds();
        say(String.format(
                Locale.ROOT,
                "%,d cards: %.0f MB resident (%.0f MB its own, %.0f MB of files), %.0f MB over hello",
                CARDS,
                many.rssMb(),
                many.anonMb(),
                many.fileMb(),
                over));
        for (Variant variant : OTHERS) {
            pair(variant);
        }
        say(String.format(
                Locale.ROOT,
                "targets: start %.1f x hello (at most %.1f: %s), memory %.0f MB over hello (at most %.0f: %s)",
                ratio,
                START_RATIO_MAX,
                ratio <= START_RATIO_MAX ? "met" : "NOT met",
                over,
                MEMORY_OVER_FLOOR_MAX_MB,
                over <= MEMORY_OVER_FLOOR_MAX_MB ? "met" : "NOT met"));
        machine.agent().watchEvery(PiAgent.SAMPLES_EVERY);
        return "\n" + String.join("\n", table).indent(4).stripTrailing();
    }

    private record Pair(Run hello, Run gate) {}

    /** A line of the table: both programs with the same options. */
    private Pair pair(Variant variant) throws IOException, InterruptedException {
        Run hello = hello(variant);
        Run decision = first(variant, "/etc/portvakt/gate.yaml", false);
        say(String.format(
                Locale.ROOT,
                "%-26s %8.2f %8.2f %8.2f %8.2f %6.1f %6.1f %6.0f %6.0f",
                variant.name(),
                hello.seconds(),
                decision.seconds(),
                hello.cpuSeconds(),
                decision.cpuSeconds(),
                decision.seconds() / hello.seconds(),
                decision.cpuSeconds() / hello.cpuSeconds(),
                hello.memory().rssMb(),
                decision.memory().rssMb()));
        return new Pair(hello, decision);
    }

    /** Adds a line; people see it at once, for all of it takes long. */
    private void say(String line) {
        table.add(line);
        System.err.println("pi: " + line);
    }

    private static byte[] helloJar() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (InputStream program = Hello.class.getResourceAsStream("Hello.class");
                JarOutputStream jar = new JarOutputStream(bytes)) {
            jar.putNextEntry(new JarEntry(Hello.class.getName().replace('.', '/') + ".class"));
            program.transferTo(jar);
        }
        return bytes.toByteArray();
    }

    /** The best of some runs: what disturbs is the machine that emulates. */
    private Run hello(Variant variant) throws IOException, InterruptedException {
        String java = "/usr/lib/jvm/java-25-openjdk-arm64/bin/java " + variant.options() + " -XX:-UsePerfData";
        if (variant.cached()) {
            machine.run(
                    java + " -XX:AOTCacheOutput=" + FOLDER + "/hello.aot -cp " + HELLO_JAR + " portvakt.sim.pi.Hello",
                    PATIENCE);
            java += " -XX:AOTCache=" + FOLDER + "/hello.aot";
        }
        java += " -cp " + HELLO_JAR;
        double seconds = Double.MAX_VALUE;
        double cpuSeconds = Double.MAX_VALUE;
        for (int run = 0; run < RUNS; run++) {
            // The shell's "times" has the children's on its second line: "0m5.870000s 0m0.320000s". In a pipe it would
            // be another shell.
            String[] told = machine.run(
                            "cut -d' ' -f1 /proc/uptime; " + java + " portvakt.sim.pi.Hello >/dev/null;"
                                    + " cut -d' ' -f1 /proc/uptime; times >/run/times; tail -1 /run/times",
                            PATIENCE)
                    .split("\\s+");
            seconds = Math.min(seconds, Double.parseDouble(told[1]) - Double.parseDouble(told[0]));
            cpuSeconds = Math.min(cpuSeconds, minutes(told[2]) + minutes(told[3]));
        }
        String status = machine.run(java + " portvakt.sim.pi.Hello memory", PATIENCE);
        return new Run(seconds, cpuSeconds, memory(status));
    }

    private static double minutes(String time) {
        String[] parts = time.replace("s", "").split("m");
        return 60 * Double.parseDouble(parts[0]) + Double.parseDouble(parts[1]);
    }

    /** From the process's start to the relay, with the card there before it. */
    private Run first(Variant variant, String settings, boolean many) throws IOException, InterruptedException {
        machine.run(
                "sed 's/" + PACKAGED + "/" + variant.options() + "/; s#^cache=.*#cache="
                        + (variant.cached() ? CACHE : "/nonexistent") + "#' /usr/bin/portvakt-gate >" + PROGRAM
                        + " && chmod 755 " + PROGRAM + " && systemctl restart pcscd.service",
                PATIENCE);
        gate.awaitReader();
        gate.lay(PassageScenarios.WORKER);
        int mark = gate.lines().mark();
        String[] told = machine.run(
                        "cut -d' ' -f1 /proc/uptime; setpriv --reuid=portvakt-gate --regid=portvakt-gate --init-groups "
                                + PROGRAM + " run " + settings + " >/run/weight.log 2>&1 & echo $!",
                        PATIENCE)
                .split("\\s+");
        String pid = told[1];
        try {
            LineLog.Change on = gate.lines().await(mark, PiGate.RELAY, true, PATIENCE);
            double seconds = on.atNs() / 1e9 - Double.parseDouble(told[0]);
            double cpuSeconds = cpuSeconds(pid);
            gate.lines().await(mark, PiGate.RELAY, false, PiGate.PATIENCE);
            gate.takeCardAway();
            if (variant == SHIPPED) {
                idle(pid, many);
            }
            return new Run(seconds, cpuSeconds, memory(machine.run("cat /proc/" + pid + "/status", PATIENCE)));
        } catch (FailedException e) {
            throw new FailedException(e.getMessage() + "; the gate said: "
                    + machine.agent().run("tail -30 /run/weight.log", PATIENCE).text());
        } finally {
            gate.takeCardAway();
            machine.agent()
                    .run("kill " + pid + "; while kill -0 " + pid + " 2>/dev/null; do sleep 0.2; done", PATIENCE);
        }
    }

    private void idle(String pid, boolean many) throws IOException, InterruptedException {
        double before = cpuSeconds(pid);
        double from = uptime();
        machine.run("sleep " + IDLE.toSeconds(), PATIENCE);
        double used = cpuSeconds(pid) - before;
        double seconds = uptime() - from;
        say(String.format(
                Locale.ROOT,
                "idle%s: %.1f %% of one emulated processor over %.0f s",
                many ? ", " + CARDS + " cards" : "",
                100 * used / seconds,
                seconds));
    }

    /** What a process has used of all processors. */
    private double cpuSeconds(String pid) throws IOException, InterruptedException {
        String[] ticks = machine.run("cut -d' ' -f14,15 /proc/" + pid + "/stat", PATIENCE)
                .split(" ");
        return (Double.parseDouble(ticks[0]) + Double.parseDouble(ticks[1])) / TICKS_PER_SECOND;
    }

    private double uptime() throws IOException, InterruptedException {
        return Double.parseDouble(machine.run("cut -d' ' -f1 /proc/uptime", PATIENCE));
    }

    private Memory manyCards() throws IOException, InterruptedException {
        Path identity = folder.resolve("many-identity");
        Files.createDirectories(identity.resolve("lists"));
        Path own = folder.resolve("identity");
        try (Stream<Path> files = Files.walk(own)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, identity.resolve(own.relativize(file)));
            }
        }
        byte[] list = MillionCards.make(CARDS, identity);
        gate.putAll(identity, MANY + "/identity");
        machine.agent().put(MANY + "/data/" + MillionCards.FILE, "600", list);
        machine.run(
                "chown -R portvakt-gate: " + MANY + " && sed '/^server:/d; s#/var/lib/portvakt-gate/#" + MANY
                        + "/#; s#^lists:.*##' /etc/portvakt/gate.yaml >/etc/portvakt/many.yaml"
                        + " && echo 'lists: [hms-kort]' >>/etc/portvakt/many.yaml",
                PATIENCE);
        try {
            return first(SHIPPED, "/etc/portvakt/many.yaml", true).memory();
        } finally {
            machine.agent().run("rm -rf " + MANY, PATIENCE);
        }
    }

    private static Memory memory(String status) {
        double rss = 0;
        double anon = 0;
        double file = 0;
        Matcher line = MEMORY.matcher(status);
        while (line.find()) {
            double mb = Double.parseDouble(line.group(2)) / 1024;
            switch (line.group(1)) {
                case "VmRSS" -> rss = mb;
                case "RssAnon" -> anon = mb;
                default -> file = mb;
            }
        }
        return new Memory(rss, anon, file);
    }
}
