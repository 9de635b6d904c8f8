package portvakt.sim.pi;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import portvakt.sim.site.SimulatedSite;

/**
 * One emulated Raspberry Pi, from power on to power off. Its disks are files that stay. Two processors and 1 GiB; the network is
 * QEMU's own, in which this machine is 10.0.2.2. One thread, but for {@link #agent()}.
 */
final class PiMachine implements AutoCloseable {

    /** This machine, as the Pi sees it. */
    static final String HOST = "10.0.2.2";

    private static final String PROGRAM = "qemu-system-aarch64";
    private static final String AGENT_SOCKET = "agent.sock";
    private static final String MONITOR_SOCKET = "qmp.sock";
    private static final String DRIVE = "if=none,format=raw,cache=writeback,file=";
    private static final int CARD_PORT_IN_GUEST = 35_963;
    private static final Duration SOCKET_WITHIN = Duration.ofSeconds(20);
    private static final Duration AGENT_WITHIN = Duration.ofMinutes(8);
    private static final Duration OFF_WITHIN = Duration.ofMinutes(4);

    private final Process process;
    private final PiAgent agent;
    private final LineLog lines;
    private final int cardPort;
    private final Path folder;
    private final long onNs = System.nanoTime();

    private PiMachine(Process process, PiAgent agent, LineLog lines, int cardPort, Path folder) {
        this.process = process;
        this.agent = agent;
        this.lines = lines;
        this.cardPort = cardPort;
        this.folder = folder;
    }

    /**
     * What is plugged in.
     *
     * @param disk  what it boots from; written to
     * @param data  a second disk, which nothing mounts by itself
     * @param clock what its clock says when it is switched on; empty: what it is. A Pi has none that runs without power: 1970
     */
    record Parts(Path disk, Optional<Path> data, Optional<String> clock) {
        static Parts of(Path disk) {
            return new Parts(disk, Optional.empty(), Optional.empty());
        }
    }

    /**
     * Switches it on; returns when its agent runs, which is before most services.
     *
     * @param folder for sockets and the console's log
     */
    static PiMachine on(PiImages images, Parts parts, Path folder) throws IOException, InterruptedException {
        return start(images, parts, Optional.empty(), folder, agent -> agent.awaitHello(AGENT_WITHIN));
    }

    /**
     * Goes on where a machine with the same parts was saved; returns when its agent answers. The first disk is not written to: what
     * is changed on it is forgotten at the end. The second is as it is now, whatever the saved machine saw.
     *
     * @param memory what {@link #save} has written
     */
    static PiMachine goOn(PiImages images, Parts parts, Path memory, Path folder)
            throws IOException, InterruptedException {
        return start(images, parts, Optional.of(memory), folder, PiAgent::watch);
    }

    private interface Sign {
        void await(PiAgent agent) throws IOException, InterruptedException;
    }

    private static PiMachine start(PiImages images, Parts parts, Optional<Path> memory, Path folder, Sign sign)
            throws IOException, InterruptedException {
        Path socket = folder.resolve(AGENT_SOCKET);
        Files.deleteIfExists(socket);
        int cardPort = SimulatedSite.freePort();
        Process process = new ProcessBuilder(command(images, parts, memory, folder, cardPort))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("qemu.log").toFile()))
                .start();
        try {
            LineLog lines = new LineLog();
            PiAgent agent = PiAgent.connect(socket, lines, SOCKET_WITHIN);
            PiMachine machine = new PiMachine(process, agent, lines, cardPort, folder);
            sign.await(agent);
            return machine;
        } catch (IOException | InterruptedException | RuntimeException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private static List<String> command(
            PiImages images, Parts parts, Optional<Path> memory, Path folder, int cardPort) {
        List<String> command = new ArrayList<>(List.of(PROGRAM));
        command.addAll(PiImages.MACHINE);
        command.addAll(List.of("-dtb", images.deviceTree().toString()));
        command.addAll(List.of("-kernel", images.kernel().toString()));
        command.addAll(List.of("-initrd", images.initrd().toString()));
        command.addAll(List.of("-append", "console=ttyAMA0 loglevel=3 systemd.show_status=false panic=1"));
        command.addAll(
                List.of("-drive", DRIVE + parts.disk() + ",id=disk,snapshot=" + (memory.isPresent() ? "on" : "off")));
        command.addAll(List.of("-device", "virtio-blk-pci,drive=disk"));
        parts.data().ifPresent(data -> {
            command.addAll(List.of("-drive", DRIVE + data + ",id=data"));
            command.addAll(List.of("-device", "virtio-blk-pci,drive=data"));
        });
        command.addAll(List.of("-netdev", "user,id=lan,hostfwd=tcp:127.0.0.1:" + cardPort + "-:" + CARD_PORT_IN_GUEST));
        command.addAll(List.of("-device", "virtio-net-pci,netdev=lan,romfile="));
        command.addAll(List.of("-device", "virtio-serial-pci"));
        command.addAll(List.of("-chardev", "socket,id=agent,server=on,wait=off,path=" + folder.resolve(AGENT_SOCKET)));
        command.addAll(List.of("-device", "virtserialport,chardev=agent,name=portvakt"));
        command.addAll(List.of("-device", "virtio-rng-pci"));
        command.addAll(List.of("-display", "none", "-monitor", "none", "-no-reboot"));
        command.addAll(List.of("-serial", "file:" + folder.resolve("console.log")));
        command.addAll(List.of("-qmp", "unix:" + folder.resolve(MONITOR_SOCKET) + ",server=on,wait=off"));
        parts.clock().ifPresent(told -> command.addAll(List.of("-rtc", "base=" + told)));
        memory.ifPresent(file -> command.addAll(List.of("-incoming", "exec:cat " + file)));
        return command;
    }

    PiAgent agent() {
        return agent;
    }

    LineLog lines() {
        return lines;
    }

    /** Where cards are laid on the Pi's reader, on this machine. */
    int cardPort() {
        return cardPort;
    }

    double secondsSinceOn() {
        return (System.nanoTime() - onNs) / 1e9;
    }

    boolean isOn() {
        return process.isAlive();
    }

    /** Runs a script that has to succeed. @return what it said */
    String run(String script, Duration patience) throws IOException, InterruptedException {
        PiAgent.Answer answer = agent.run(script, patience);
        FailedException.unless(
                answer.status() == 0,
                "on the Pi, with status " + answer.status() + ": " + script + "\n" + answer.text());
        return answer.text();
    }

    /** As if the plug was pulled: the emulator is killed. What the Pi's kernel had not yet written is gone. */
    void cutPower() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Writes all that is not on a disk to a file, for {@link #goOn}, and ends. */
    void save(Path memory) throws IOException, InterruptedException {
        try (PiMonitor monitor = PiMonitor.connect(folder.resolve(MONITOR_SOCKET))) {
            monitor.save(memory);
        }
        cutPower();
    }

    /** Shuts down in good order. */
    void shutDown() throws IOException, InterruptedException {
        run("nohup sh -c 'sleep 1; systemctl poweroff' >/dev/null 2>&1 &", Duration.ofSeconds(30));
        FailedException.unless(
                process.waitFor(OFF_WITHIN.toMillis(), TimeUnit.MILLISECONDS),
                "the Pi did not shut down within " + OFF_WITHIN.toSeconds() + " s");
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        agent.close();
    }
}
