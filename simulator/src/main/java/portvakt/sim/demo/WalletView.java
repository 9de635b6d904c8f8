package portvakt.sim.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The cards of the demo as HTML: those that one may take into the hand, and the register's list of them. */
final class WalletView {

    /** A chip that nobody has enrolled. */
    static final String UNKNOWN_UID = "04a1b2c3d4e5f6";

    /**
     * Something to hold to a reader.
     *
     * @param what   the property of the API's body, or {@code pass}
     * @param value  its value; empty where the page fills it
     * @param number to tell it by, or a word of what it is
     * @param card   whether the register knows it, and its status is shown
     */
    private record Item(
            String what, String value, String name, String detail, String number, String tag, boolean card) {}

    private final Words words;
    private final Bench bench;

    WalletView(Words words, Bench bench) {
        this.words = words;
        this.bench = bench;
    }

    /** Radio buttons: one card is in the hand. */
    String cards() {
        List<Item> items = items();
        StringBuilder html = new StringBuilder();
        for (int i = 0; i < items.size(); i++) {
            Item item = items.get(i);
            html.append("""
                    <label class="tile %s" draggable="true"><input type="radio" name="card" value="c%d" data-what="%s" data-value="%s"%s>\
                    <span class="tile-name">%s</span><span class="tile-detail">%s</span>\
                    <span class="tile-foot"><span class="tile-number">%s</span>%s</span></label>
                    """.formatted(
                            item.card() ? "hse" : "odd",
                            i,
                            item.what(),
                            item.value(),
                            i == 0 ? " checked" : "",
                            WorkbenchPage.escaped(item.name()),
                            WorkbenchPage.escaped(item.detail()),
                            WorkbenchPage.escaped(item.number()),
                            item.card() ? status(item.value()) + expired(item.tag()) : ""));
        }
        return html.toString();
    }

    private static String status(String number) {
        return "<span class=\"status\" data-status-of=\"%s\"></span>".formatted(number);
    }

    private String expired(String tag) {
        return tag.isEmpty() ? "" : "<span class=\"status expired\">" + WorkbenchPage.escaped(tag) + "</span>";
    }

    private List<Item> items() {
        List<Item> items = new ArrayList<>();
        List<Workforce.Worker> workers = bench.workers();
        for (Workforce.Worker worker : workers.subList(0, 2)) {
            items.add(item(worker));
        }
        bench.people().values().stream().filter(each -> !workers.contains(each)).forEach(each -> items.add(item(each)));
        items.add(odd("uid", UNKNOWN_UID, "wallet.chip", UNKNOWN_UID));
        items.add(odd("fault", "UNREADABLE", "wallet.unreadable", ""));
        items.add(odd("fault", "SEVERAL_CARDS", "wallet.several", ""));
        items.add(odd("fault", "RANDOM_UID", "wallet.phone", ""));
        items.add(odd("pass", "", "wallet.pass", ""));
        items.add(odd("code", "", "wallet.code", ""));
        for (Workforce.Worker worker : workers.subList(2, workers.size())) {
            items.add(item(worker));
        }
        return items;
    }

    private Item item(Workforce.Worker worker) {
        String number = worker.card().digits();
        return new Item(
                "card",
                number,
                worker.name(),
                worker.employer(),
                number,
                bench.isExpired(worker) ? words.text("wallet.expired") : "",
                true);
    }

    private Item odd(String what, String value, String key, String number) {
        return new Item(what, value, words.text(key), words.text(key + ".detail"), number, "", false);
    }

    /** A row for each card that the register knows. */
    String register() {
        return bench.people().values().stream()
                .map(each -> """
                        <li class="entry" data-entry="%1$s"><div class="entry-who"><span class="entry-name">%2$s</span> \
                        <span class="tile-number">%1$s</span></div><span class="status" data-status-of="%1$s"></span>\
                        <div class="entry-acts">%3$s</div><p class="knew" role="status"></p></li>
                        """.formatted(
                                each.card().digits(),
                                WorkbenchPage.escaped(each.name()),
                                act(each, "REVOKED") + act(each, "SUSPENDED") + act(each, "VALID")))
                .collect(Collectors.joining());
    }

    private String act(Workforce.Worker worker, String status) {
        return "<button type=\"button\" data-set=\"%s\" aria-label=\"%s\">%s</button>"
                .formatted(
                        status,
                        WorkbenchPage.escaped(words.text("register." + status + ".of", worker.name())),
                        WorkbenchPage.escaped(words.text("register." + status)));
    }
}
