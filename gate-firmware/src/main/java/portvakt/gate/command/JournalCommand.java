package portvakt.gate.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import portvakt.gate.adapter.file.FolderDisk;
import portvakt.gate.journal.EventWords;
import portvakt.gate.journal.JournalReader;
import portvakt.gate.port.Disk;
import portvakt.protocol.v1.ChainedEvent;

/**
 * Shows what is in a gate's journal: {@code journal FOLDER}. Only reads, so it may run beside the gate, and on a torn or damaged
 * journal. Ends with 0, with 1 where the journal is torn or damaged, with 2 where there is none.
 */
@CommandLine.Command(
        name = "journal",
        mixinStandardHelpOptions = true,
        description =
                "Shows the last events of a gate's journal. Reads only: the gate may run, and the journal may be torn.")
public final class JournalCommand implements Callable<Integer> {

    private static final int DAMAGED = 1;
    private static final int UNUSABLE = 2;

    @CommandLine.Parameters(
            paramLabel = "FOLDER",
            arity = "0..1",
            defaultValue = "/var/lib/portvakt-gate/data",
            description = "the gate's dataFolder, or a copy of it; default ${DEFAULT-VALUE}")
    private Path folder;

    @CommandLine.Option(
            names = "--last",
            paramLabel = "N",
            defaultValue = "20",
            description = "how many events; default ${DEFAULT-VALUE}")
    private int last;

    @CommandLine.Option(names = "--follow", description = "then goes on with what comes, until it is interrupted")
    private boolean follow;

    @CommandLine.Option(
            names = "--set-aside",
            paramLabel = "N",
            description = "the journal that was set aside since it did not go on from event N, which the server named")
    private Long setAside;

    @CommandLine.Option(names = "--show-cards", description = "card numbers and UIDs whole; masked without it")
    private boolean showCards;

    @CommandLine.Option(
            names = "--zone",
            defaultValue = "Europe/Oslo",
            description = "the zone of the times; default ${DEFAULT-VALUE}")
    private String zone;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    private final CountDownLatch told;

    /** @param told ends a {@code --follow} */
    public JournalCommand(CountDownLatch told) {
        this.told = told;
    }

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        try {
            if (last < 0 || !Files.isDirectory(folder)) {
                err.println("journal: "
                        + (last < 0
                                ? "--last is " + last + "; give 0 or more"
                                : folder + ": is no folder; give the gate's dataFolder"));
                return UNUSABLE;
            }
            EventWords words = new EventWords(ZoneId.of(zone), showCards);
            Disk disk = FolderDisk.existing(folder);
            List<Long> others = JournalReader.setAside(disk);
            if (setAside != null && !others.contains(setAside)) {
                err.println("journal: " + folder + ": no journal was set aside at event " + setAside
                        + (others.isEmpty() ? "" : "; give one of " + others));
                return UNUSABLE;
            }
            JournalReader reader =
                    setAside == null ? new JournalReader(disk) : JournalReader.ofSetAside(disk, setAside);
            Deque<ChainedEvent> newest = new ArrayDeque<>();
            List<String> faults = reader.read(event -> {
                newest.add(event);
                if (newest.size() > last) {
                    newest.removeFirst();
                }
            });
            newest.forEach(event -> out.println(words.line(event)));
            Set<String> toldFaults = new LinkedHashSet<>(faults);
            toldFaults.forEach(err::println);
            if (setAside == null) {
                others.forEach(other -> err.println("Another journal is here, set aside at event " + other
                        + " of the server: --set-aside " + other + " shows it."));
            }
            out.flush();
            while (follow && !told.await(1, TimeUnit.SECONDS)) {
                // A torn end is told no more: the gate is writing, and the next look finds it whole.
                reader.read(event -> out.println(words.line(event)));
                out.flush();
            }
            return toldFaults.isEmpty() ? 0 : DAMAGED;
        } catch (DateTimeException e) {
            err.println("journal: --zone is " + zone + "; give for example Europe/Oslo");
            return UNUSABLE;
        } catch (IOException e) {
            err.println("journal: " + folder + ": cannot be read: " + e.getMessage());
            return UNUSABLE;
        }
    }
}
