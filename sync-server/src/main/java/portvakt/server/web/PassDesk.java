package portvakt.server.web;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.protocol.CardStatus;
import portvakt.protocol.pass.Pass;
import portvakt.protocol.pass.PassCode;
import portvakt.protocol.pass.PassNumber;
import portvakt.server.port.CardRegister;
import portvakt.server.port.Lists;
import portvakt.server.port.PassKeys;
import portvakt.server.port.Passes;
import portvakt.server.port.Passes.Issued;
import portvakt.server.port.StatusChange;

/** Issues passes and takes them back, for the API and the pages. Safe for any thread. */
public final class PassDesk {

    /** What the audit names as the source of a withdrawal. */
    static final String SOURCE = "site";

    private static final Logger LOG = LoggerFactory.getLogger(PassDesk.class);

    private final Passes passes;
    private final PassKeys keys;
    private final CardRegister register;
    private final Lists lists;
    private final RandomGenerator random;

    /**
     * @param register takes a pass's number onto its site's list
     * @param lists    tells which sites have a list; where there is none a pass could never be taken back, so none is issued
     * @param random   unforeseeable
     */
    public PassDesk(Passes passes, PassKeys keys, CardRegister register, Lists lists, RandomGenerator random) {
        this.passes = passes;
        this.keys = keys;
        this.register = register;
        this.lists = lists;
        this.random = random;
    }

    /** The sites that can issue passes. */
    List<String> sites() {
        return lists.names().stream()
                .filter(name -> name.startsWith(Lists.SITE_PREFIX))
                .map(name -> name.substring(Lists.SITE_PREFIX.length()))
                .toList();
    }

    Issued issue(String site, PassWish wish, String by, Instant now) {
        Pass pass = new Pass(site, PassNumber.random(random), wish.kind(), wish.from(), wish.until());
        Issued issued = passes.issue(pass, wish.note(), by, now);
        LOG.info("Pass {} issued at {}: {}, until {}", pass.number(), site, pass.kind(), pass.validUntil());
        return issued;
    }

    Optional<Issued> find(String site, String number) {
        return isNumber(number) ? passes.find(site, new PassNumber(number)) : Optional.empty();
    }

    List<Issued> list(String site, long before, int limit) {
        return passes.list(site, before, limit);
    }

    /** Does nothing to one that is withdrawn already. Gates hear of it a moment later. @param reason for the audit */
    void withdraw(Issued issued, String by, String reason, Instant now) {
        if (issued.withdrawnAt().isPresent()) {
            return;
        }
        Pass pass = issued.pass();
        Instant at = now.truncatedTo(ChronoUnit.MILLIS);
        CardRegister.Outcome outcome = register.apply(new StatusChange(
                Lists.SITE_PREFIX + pass.site(),
                pass.number().card(),
                CardStatus.REVOKED,
                at,
                SOURCE,
                "at " + at,
                Optional.empty(),
                Optional.of(by),
                Optional.of(reason)));
        LOG.info("Pass {} withdrawn at {}: {}", pass.number(), pass.site(), outcome);
    }

    /** What goes into the picture. */
    PassCode code(Issued issued) {
        return keys.sign(issued.pass());
    }

    /** The pass that somebody has the code of, if it is one that was issued here and its key still counts. */
    Optional<Issued> shown(PassCode code) {
        return keys.prove(code).flatMap(pass -> passes.find(pass.site(), pass.number()));
    }

    private static boolean isNumber(String text) {
        return text.matches("[0-9]{" + PassNumber.DIGITS + "}");
    }
}
