package portvakt.server.web;

import java.util.List;
import java.util.Optional;
import portvakt.server.port.AccountAudit;
import portvakt.server.port.AccountKeeping;
import portvakt.server.port.Accounts;
import portvakt.server.port.IdentityProvider;
import portvakt.server.port.Tokens;

/**
 * What accounts and tokens are kept with.
 *
 * @param sites   those that a role can be given on
 * @param outside the way in by a provider, if there is one
 */
public record AccountDesk(
        Accounts accounts,
        AccountKeeping keeping,
        Tokens tokens,
        AccountAudit audit,
        List<String> sites,
        Optional<IdentityProvider> outside) {

    public AccountDesk {
        sites = List.copyOf(sites);
    }
}
