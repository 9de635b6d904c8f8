package portvakt.sim.display;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import portvakt.gate.access.CardRead;
import portvakt.gate.adapter.display.DisplayConfig;
import portvakt.gate.adapter.display.DisplayServer;
import portvakt.gate.adapter.display.Screens;
import portvakt.gate.port.Display;
import portvakt.gate.port.Display.Face;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.protocol.DenialReason;
import portvakt.protocol.Direction;
import portvakt.protocol.Uid;
import portvakt.sim.device.VirtualCard;
import portvakt.sim.display.Kiosk.Size;
import portvakt.sim.site.SimulatedSite;

/** The page in front of a gate, in a real browser: cards are laid on real gates, and each answer stands there by itself. */
class DisplayIT {

    private static final CardNumber CARD = new CardNumber("4388261");
    private static final CardNumber REVOKED = new CardNumber("4388262");
    private static final Path PICTURE = Path.of("target", "display.png");
    private static final long PICTURE_BYTES_MAX = 150_000;

    @TempDir
    private Path folder;

    private Kiosk kiosk;
    private final List<AutoCloseable> closing = new ArrayList<>();

    @BeforeEach
    void open() {
        kiosk = new Kiosk(folder.resolve("profile"));
    }

    @AfterEach
    void close() throws Exception {
        kiosk.close();
        for (AutoCloseable each : closing) {
            each.close();
        }
    }

    private static URI page(int port) {
        return URI.create("http://127.0.0.1:" + port + "/");
    }

    private void assertFits(Object what) {
        assertThat(kiosk.misfits()).as("%s: %s", what, kiosk.text()).isEmpty();
    }

    @Test
    void aCardOnTheReaderIsAnsweredOnTheScreen() throws Exception {
        int port = SimulatedSite.freePort();
        Map<String, DisplayConfig> displays = new TreeMap<>();
        displays.put(SimulatedSite.ENTRANCE, DisplayConfig.at(port));
        SimulatedSite site = SimulatedSite.open(
                new SimulatedSite.Settings(folder, 0, Duration.ofSeconds(30), Duration.ofMillis(500)).with(displays));
        closing.add(site);
        site.push(REVOKED, CardStatus.REVOKED);
        kiosk.open(page(port));
        assertThat(kiosk.await("ready")).contains("entrance", "Inn", "Vis kort eller kode", "Show card or code");

        for (Size size : Size.ALL) {
            kiosk.resize(size);
            assertFits(size);
            site.entrance().tap(card(site, CARD));
            assertThat(kiosk.await("granted")).contains("Gå inn", "Come in").doesNotContain("Kari", CARD.digits());
            assertFits(size);
            site.entrance().pushArm();
            kiosk.await("ready");
            site.entrance().tap(card(site, REVOKED));
            assertThat(kiosk.await("denied"))
                    .contains("Kortet ditt er trukket tilbake", "Snakk med arbeidsgiveren din.")
                    .contains("Your card is withdrawn", "Speak to your employer.")
                    .doesNotContain("Kari", REVOKED.digits());
            assertFits(size);
            site.entrance().show(new CardRead.Unreadable(DenialReason.SEVERAL_CARDS));
            assertThat(kiosk.await("again")).contains("Several cards at once");
            assertFits(size);
            kiosk.await("ready");
        }
        site.entrance().fire(true);
        assertThat(kiosk.await("fire-in")).contains("Do not go in.");
        site.entrance().fire(false);
        kiosk.await("ready");
        site.stopServer();
        kiosk.awaitText("Uten nett · Offline");
        assertFits("offline");
        assertThat(kiosk.notReloaded()).isTrue();
        assertThat(kiosk.complaints()).isEmpty();

        site.entrance().stop();
        assertThat(kiosk.await("lost")).contains("No contact with the gate");
        site.entrance().start();
        kiosk.await("ready");
        assertThat(kiosk.notReloaded()).isTrue();
    }

    private static VirtualCard card(SimulatedSite site, CardNumber number) {
        return site.issuer()
                .card(
                        new Uid("04112233445566"),
                        number,
                        LocalDate.now().plusYears(1),
                        new CardRead.Holder("Kari Nordmann", "Fjordbygg AS", "911111111"));
    }

    /** A page without a gate behind it, to show whatever a gate could tell. */
    private DisplayServer open(Direction direction, boolean showName, String... languages) throws Exception {
        int port = SimulatedSite.freePort();
        DisplayConfig config = new DisplayConfig(port, null, List.of(languages), Optional.of("Port A"), showName);
        DisplayServer server = new DisplayServer(
                config, new Screens(config, new Screens.Place("a", direction, Optional.of("card"), Optional.empty())));
        closing.add(server);
        server.start(_ -> {});
        server.show(notice(new Face.Ready()));
        kiosk.open(page(port));
        kiosk.await("ready");
        return server;
    }

    private static Display.Notice notice(Face face) {
        return new Display.Notice(face, List.of(), false, false);
    }

    @Test
    void everyReasonFitsOnEveryScreenInEveryLanguage() throws Exception {
        for (List<String> languages :
                List.of(List.of("nb", "en"), List.of("pl", "lt"), List.of("de", "uk"), List.of("pl", "de", "uk"))) {
            DisplayServer server = open(Direction.IN, true, languages.toArray(String[]::new));
            for (Size size : Size.ALL) {
                kiosk.resize(size);
                double smallest = Double.MAX_VALUE;
                for (DenialReason reason : DenialReason.values()) {
                    // Hints take room from the words.
                    Face denied = new Face.Denied(reason, true);
                    server.show(new Display.Notice(denied, List.of(reason.name()), true, true));
                    kiosk.awaitText(headline(languages.getLast(), reason));
                    assertFits(size + " " + languages + " " + reason);
                    smallest = Math.min(smallest, kiosk.headlinePx());
                }
                System.out.println(size + " " + languages + ": smallest headline " + smallest + " px");
                assertThat(smallest).as("%s %s", size, languages).isGreaterThan(languages.size() > 2 ? 13 : 17);
            }
        }
    }

    private static String headline(String language, DenialReason reason) throws Exception {
        java.util.Properties words = new java.util.Properties();
        try (var in = DisplayServer.class.getResourceAsStream("texts_" + language + ".properties");
                var reader = new java.io.InputStreamReader(in, java.nio.charset.StandardCharsets.UTF_8)) {
            words.load(reader);
        }
        String plain = words.getProperty("reason." + reason + ".headline");
        return words.getProperty("reason." + reason + ".pass.headline", plain);
    }

    @Test
    void theDocumentsPictureShowsItsStates() throws Exception {
        DisplayServer in = open(Direction.IN, true, "nb", "en");
        kiosk.resize(Size.ALL.get(0));
        List<BufferedImage> first = new ArrayList<>(List.of(kiosk.picture()));
        first.add(shown(in, new Face.Granted(Optional.empty()), "granted"));
        first.add(shown(in, new Face.Denied(DenialReason.CREDENTIAL_REVOKED, false), "denied"));
        List<BufferedImage> second = new ArrayList<>();
        second.add(shown(in, new Face.Denied(DenialReason.SEVERAL_CARDS, false), "again"));
        second.add(shown(in, new Face.Waiting(), "wait"));
        second.add(shown(in, new Face.Fire(), "fire-in"));
        List<BufferedImage> third = new ArrayList<>();
        in.show(new Display.Notice(new Face.OutOfOrder(), List.of("card"), true, true));
        kiosk.await("broken");
        third.add(kiosk.picture());
        in.close();
        kiosk.await("lost");
        third.add(kiosk.picture());
        DisplayServer out = open(Direction.OUT, false, "en", "uk");
        third.add(shown(out, new Face.Fire(), "fire-out"));
        DisplayServer polish = open(Direction.IN, true, "pl", "lt");
        kiosk.resize(Size.ALL.get(1));
        CardRead.Holder holder = new CardRead.Holder("Kari Nordmann", "", "");
        List<BufferedImage> fourth = new ArrayList<>();
        fourth.add(shown(polish, new Face.Granted(Optional.of(holder)), "granted"));
        assertThat(kiosk.text()).contains("Kari Nordmann");
        assertFits("a name");
        fourth.add(shown(polish, new Face.Denied(DenialReason.CREDENTIAL_EXPIRED, false), "denied"));
        DisplayServer upright = open(Direction.IN, false, "de", "uk");
        kiosk.resize(Size.ALL.get(2));
        fourth.add(shown(upright, new Face.Denied(DenialReason.UNKNOWN_CARD, false), "denied"));
        fourth.add(shown(upright, new Face.Granted(Optional.empty()), "granted"));
        PictureSheet.write(List.of(first, second, third, fourth), 1100, PICTURE);
        assertThat(Files.size(PICTURE)).isLessThan(PICTURE_BYTES_MAX);
    }

    private BufferedImage shown(DisplayServer server, Face face, String look) throws Exception {
        server.show(notice(face));
        kiosk.await(look);
        assertFits(face);
        assertThat(kiosk.violations()).isEmpty();
        return kiosk.picture();
    }
}
