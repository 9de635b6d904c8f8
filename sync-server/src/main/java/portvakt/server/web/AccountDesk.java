package portvakt.server.web;

import java.util.List;
import portvakt.server.port.AccountAudit;
import portvakt.server.port.AccountKeeping;
import portvakt.server.port.Accounts;
import portvakt.server.port.Tokens;

/**
 * What accounts and tokens are kept with.
 *
 * @param sites those that a role can be given on
 */
public record AccountDesk(
        Accounts accounts, AccountKeeping keeping, Tokens tokens, AccountAudit audit, List<String> sites) {

    public AccountDesk {
        sites = List.copyOf(sites);
    }
}
