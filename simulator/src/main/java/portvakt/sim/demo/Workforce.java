package portvakt.sim.demo;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import portvakt.protocol.CardNumber;
import portvakt.protocol.Uid;

/** The people of the demo. All names are invented; the organisation numbers have wrong check digits, so they are nobody's. */
final class Workforce {

    record Worker(
            CardNumber card, Uid uid, String name, String employer, String organisationNumber, LocalDate expiresOn) {}

    private static final String[][] EMPLOYERS = {
        {"Fjordbygg AS", "911111111"},
        {"Nordlys Elektro AS", "922222222"},
        {"Granitt Grunnarbeid AS", "933333333"},
        {"Skogheim Tømrer ANS", "944444444"},
    };

    private static final String[] NAMES = {
        "Kari Bergström", "Tomasz Wiśniewski", "Ola Haugen", "Jonas Petrauskas", "Ingrid Solheim", "Andrzej Zieliński",
        "Mats Lindqvist", "Rūta Kazlauskienė", "Sander Nygård", "Oleh Kovalenko", "Silje Moen", "Piotr Mazur",
        "Henrik Dahl", "Gintaras Jankauskas", "Maja Kristoffersen", "Dieter Hoffmann", "Aksel Vik", "Nataliia Bondar",
        "Even Strand", "Marek Król", "Thea Fossum", "Darius Butkus", "Noor Hussain", "Lars Tangen",
    };

    private Workforce() {}

    /** Whose card ran out some days ago. Never comes by himself. */
    static Worker expired(LocalDate today) {
        return new Worker(
                new CardNumber("4470118"),
                new Uid("047e5a7c9e6180"),
                "Bjarne Aas",
                EMPLOYERS[2][0],
                EMPLOYERS[2][1],
                today.minusDays(12));
    }

    /** Whose card the register has suspended before the demo begins. Never comes by herself. */
    static Worker suspended(LocalDate today) {
        return new Worker(
                new CardNumber("4470225"),
                new Uid("047f5a7c9e6280"),
                "Elena Popescu",
                EMPLOYERS[3][0],
                EMPLOYERS[3][1],
                today.plusDays(200));
    }

    /** @param today cards are valid for most of two years from about now */
    static List<Worker> workers(LocalDate today) {
        List<Worker> workers = new ArrayList<>();
        for (int i = 0; i < NAMES.length; i++) {
            String[] employer = EMPLOYERS[i % EMPLOYERS.length];
            // 4388261 comes first, and the others follow at irregular steps, as issued numbers do.
            int number = 4_388_261 + i * 1_237 + (i % 5) * 41;
            workers.add(new Worker(
                    new CardNumber(Integer.toString(number)),
                    new Uid("04%02x5a7c9e%02x80".formatted(0x21 + i, 0x40 + i)),
                    NAMES[i],
                    employer[0],
                    employer[1],
                    today.plusDays(40 + 23L * i)));
        }
        return workers;
    }
}
