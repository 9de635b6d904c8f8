package portvakt.gate.command;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import portvakt.gate.Gate;
import portvakt.gate.GateConfig;
import portvakt.gate.GateIdentity;
import portvakt.gate.adapter.file.DiskProbe;
import portvakt.gate.adapter.http.HttpEnrolmentLink;
import portvakt.gate.adapter.net.BrokerProbe;
import portvakt.gate.adapter.os.BoardFacts;
import portvakt.gate.check.Machine;

/** The computer that this program runs on, by a gate's settings. @param identity empty: it cannot be used */
record ThisMachine(GateConfig settings, Optional<GateIdentity> identity, InstantSource time) implements Machine {

    @Override
    public boolean gateRuns() {
        return DiskProbe.isHeld(settings.dataFolder());
    }

    @Override
    public Disk disk(boolean write) {
        return write ? DiskProbe.write(settings.dataFolder()) : DiskProbe.look(settings.dataFolder());
    }

    @Override
    public Clock clock() {
        GateConfig.ClockSettings clock = settings.clock();
        return new Clock(
                time.instant(), clock.alwaysRight() || Files.exists(clock.synchronisedFile()), Gate.builtAt(), ahead());
    }

    private Optional<Duration> ahead() {
        Path file = settings.identityFolder().resolve(EnrolCommand.SERVER_FILE);
        try {
            return Files.exists(file)
                    ? new HttpEnrolmentLink(URI.create(Files.readString(file).strip())).ahead(time)
                    : Optional.empty();
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    @Override
    public Board board() {
        return BoardFacts.ofThisMachine();
    }

    @Override
    public Reach server() {
        if (settings.server().isEmpty() || identity.isEmpty()) {
            return new Reach(Reach.Outcome.NONE, "", Duration.ZERO);
        }
        return new BrokerProbe(
                        settings.server().get().uri(),
                        identity.get().tls(),
                        settings.address().clientId(),
                        settings.address().acks())
                .go();
    }
}
