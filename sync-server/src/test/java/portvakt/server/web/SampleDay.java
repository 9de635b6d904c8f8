package portvakt.server.web;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import portvakt.protocol.Direction;
import portvakt.server.port.EntryLog.OnSite;
import portvakt.server.port.Gates.Device;

/** A morning at a site, with everything in it that the console has to show; all people in it are made up. */
final class SampleDay {

    private static final String[][] PEOPLE = {
        {"4388261", "Ola Nordmann", "Fjordbygg AS"},
        {"5120934", "Katarzyna Wiśniewska", "Nordfasade AS"},
        {"3907715", "Mohamed Abdi Warsame", "Oslo Stillas AS"},
        {"6041288", "Ingrid Solbakken", "Fjordbygg AS"},
        {"2255810", "Jonas Petrauskas", "Baltic Betong NUF"},
        {"7719046", "Anne-Grethe Christophersen-Lillebø", "Elektro Øst Entreprenør AS"},
    };

    private final TestServer server;

    SampleDay(TestServer server) {
        this.server = server;
    }

    void commit() {
        Instant now = TestServer.NOW;
        server.gates.clear();
        server.gates.add(TestServer.gate("north", Direction.IN, true, now, List.of(new Device("card", true, ""))));
        server.gates.add(TestServer.gate(
                "north-out",
                Direction.OUT,
                true,
                now,
                List.of(new Device("camera", false, "no frame for 30 s"), new Device("card", true, ""))));
        server.gates.add(TestServer.gate("south", Direction.IN, false, now.minus(Duration.ofMinutes(14)), List.of()));
        server.row("GateStarted", "north", 1, now.minus(Duration.ofMinutes(58)))
                .detail("firmware 0.1.0")
                .commit();
        for (int i = 0; i < 36; i++) {
            String[] person = PEOPLE[i % PEOPLE.length];
            Instant since = now.minusSeconds(3000 - 75L * i);
            server.log.enter(new OnSite(
                    "bjorvika",
                    Optional.of("north"),
                    since,
                    Optional.empty(),
                    Optional.of(String.valueOf(Integer.parseInt(person[0]) + i)),
                    i % 11 == 5 ? Optional.empty() : Optional.of(person[1]),
                    i % 11 == 5 ? Optional.empty() : Optional.of(person[2]),
                    false));
        }
        passage(10, PEOPLE[0], now.minusSeconds(420), "AccessTaken");
        server.row("AccessGranted", "north", 14, now.minusSeconds(360))
                .holder("3907715", PEOPLE[2][1], PEOPLE[2][2])
                .flag("LIST_TOO_OLD")
                .commit();
        server.row("AccessNotTaken", "north", 15, now.minusSeconds(350))
                .completes(14)
                .commit();
        server.row("DeviceChanged", "north-out", 3, now.minusSeconds(300))
                .out()
                .detail("camera: no frame for 30 s. Check the cable.")
                .commit();
        server.row("UnattributedPassage", "south", 40, now.minusSeconds(900))
                .detail("FORCED")
                .commit();
        server.row("AccessTaken", "south", 42, now.minusSeconds(2400))
                .completes(41)
                .holder(PEOPLE[4][0], PEOPLE[4][1], PEOPLE[4][2])
                .receivedAt(now.minusSeconds(200))
                .commit();
        server.row("AccessGranted", "north-out", 4, now.minusSeconds(120))
                .out()
                .holder(PEOPLE[3][0], PEOPLE[3][1], PEOPLE[3][2])
                .commit();
        server.row("AccessTaken", "north-out", 5, now.minusSeconds(118))
                .out()
                .completes(4)
                .commit();
        server.row("AccessDenied", "north", 20, now.minusSeconds(64))
                .reason("CREDENTIAL_REVOKED")
                .holder(PEOPLE[5][0], PEOPLE[5][1], PEOPLE[5][2])
                .commit();
        passage(22, PEOPLE[1], now.minusSeconds(21), "AccessTaken");
        server.row("AccessGranted", "north", 26, now.minusSeconds(2))
                .holder("4388262", "Ola Nordmann", "Fjordbygg AS")
                .commit();
    }

    private void passage(long sequence, String[] person, Instant at, String completion) {
        server.row("AccessGranted", "north", sequence, at)
                .holder(person[0], person[1], person[2])
                .commit();
        server.row(completion, "north", sequence + 1, at.plusSeconds(2))
                .completes(sequence)
                .commit();
    }
}
