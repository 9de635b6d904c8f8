package portvakt.server.web.view;

import java.time.Instant;
import portvakt.protocol.pass.HolderKind;
import portvakt.server.port.Passes.Issued;

/** Says in words what there is to say of passes. */
public final class PassWording {

    private final Texts texts;
    private final Instant now;

    public PassWording(Texts texts, Instant now) {
        this.texts = texts;
        this.now = now;
    }

    public String kind(HolderKind kind) {
        return texts.text("pass.kind." + kind);
    }

    /** Whole days by their first and last; else both moments. */
    public String period(Issued issued) {
        Instant from = issued.pass().validFrom();
        Instant until = issued.pass().validUntil();
        if (!texts.isMidnight(from) || !texts.isMidnight(until)) {
            return texts.text("pass.period", texts.dateAndTime(from), texts.dateAndTime(until));
        }
        String first = texts.date(from);
        String last = texts.date(until.minusSeconds(1));
        return first.equals(last) ? first : texts.text("pass.period", first, last);
    }

    public String state(Issued issued) {
        if (issued.withdrawnAt().isPresent()) {
            return texts.text(
                    "pass.state.withdrawn",
                    texts.dateAndTime(issued.withdrawnAt().get()));
        }
        if (!now.isBefore(issued.pass().validUntil())) {
            return texts.text("pass.state.over");
        }
        return texts.text(now.isBefore(issued.pass().validFrom()) ? "pass.state.later" : "pass.state.open");
    }

    /** Of {@link #state}. */
    public String css(Issued issued) {
        if (issued.withdrawnAt().isPresent()) {
            return "bad";
        }
        return issued.isOpen(now) && !now.isBefore(issued.pass().validFrom()) ? "good" : "calm";
    }

    public String issued(Issued issued) {
        return texts.text("pass.issued", issued.by(), texts.dateAndTime(issued.issuedAt()));
    }

    /** In groups of four, as people read long numbers to each other. */
    public static String grouped(Issued issued) {
        return issued.pass().number().digits().replaceAll("(.{4})(?!$)", "$1 ");
    }

    public PassesView.Row row(Issued issued, String url) {
        return new PassesView.Row(
                url, kind(issued.pass().kind()), period(issued), issued.note(), state(issued), css(issued));
    }
}
