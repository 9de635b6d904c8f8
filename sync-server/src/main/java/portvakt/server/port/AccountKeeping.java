package portvakt.server.port;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import portvakt.server.port.Principal.Grant;

/**
 * The accounts as those see them who manage them. Safe for any thread.
 *
 * <p>One administrator is always left: the last account that is an administrator everywhere, has a password of its own and may log in
 * for good can neither be disabled nor be given an end, nor lose that role. An account that logs in by a provider does not count: the
 * provider may be away, or take the role back.
 */
public interface AccountKeeping {

    int NAME_CHARS_MAX = 100;

    /** In which order roles are told. */
    Comparator<Grant> ORDER = Comparator.comparing(Grant::role)
            .thenComparing(grant -> grant.site().orElse(""));

    /** Whether somebody can log in. */
    enum State {
        ACTIVE,
        /** Has no password yet, or has never come by the provider. */
        INVITED,
        LOCKED,
        DISABLED,
        /** Its time is over. */
        ENDED
    }

    /** What became of a change. */
    enum Outcome {
        DONE,
        UNKNOWN,
        /** Refused: nobody would be left who can manage accounts. */
        LAST_ADMIN
    }

    /**
     * @param displayName what a provider calls them; shown only
     * @param outside     logs in by the provider, and not by a password
     * @param set         has a password, or has come by the provider
     * @param linkUntil   until when the one-time link counts, if there is one
     */
    record Account(
            long id,
            String name,
            Optional<String> displayName,
            Set<Grant> grants,
            boolean outside,
            boolean set,
            Optional<Instant> lockedUntil,
            Optional<Instant> disabledAt,
            Optional<Instant> endsAt,
            Optional<Instant> lastLogInAt,
            Optional<Instant> linkUntil) {

        public Account {
            grants = Set.copyOf(grants);
        }

        public State state(Instant now) {
            if (disabledAt.isPresent()) {
                return State.DISABLED;
            }
            if (endsAt.filter(end -> !now.isBefore(end)).isPresent()) {
                return State.ENDED;
            }
            if (lockedUntil.filter(now::isBefore).isPresent()) {
                return State.LOCKED;
            }
            return set ? State.ACTIVE : State.INVITED;
        }
    }

    /** @param id says nothing of the secret */
    record Session(String id, Instant openedAt, Instant lastUsedAt, boolean current) {}

    /** Somebody whom a provider vouches for. @param name their account's, by the claim that the settings name */
    record Outsider(String issuer, String subject, String name, Optional<String> displayName) {}

    /** Whether an account can be called so. */
    static boolean isName(String name) {
        return !name.isBlank()
                && name.length() <= NAME_CHARS_MAX
                && name.equals(name.strip())
                && name.chars().noneMatch(Character::isISOControl);
    }

    /** Somebody whom a provider vouches for, at their account. @param before the roles that it had before */
    record Came(Account account, Set<Grant> before) {}

    /** By name. */
    List<Account> all();

    Optional<Account> find(long id);

    Optional<Account> named(String name);

    /**
     * Makes an account without a password.
     *
     * @param outside it logs in by the provider
     * @return empty if the name is taken
     * @throws IllegalArgumentException if that is no name
     */
    Optional<Account> invite(String name, Set<Grant> grants, Optional<Instant> endsAt, boolean outside);

    /** A link's secret, kept hashed; an earlier one of the account counts no more. Empty: no such account, or it has no passwords. */
    Optional<String> makeLink(long id, Instant now);

    /** Whose link it is, if it counts. */
    Optional<Account> linked(String secret, Instant now);

    /** Sets the password by a link, which is spent; unlocks, and ends all sessions. @return false: the link counts no more */
    boolean redeem(String secret, char[] password, Instant now);

    /** Sets it without a link. @param keep the secret of the session that does not end */
    void setPassword(String name, char[] password, String keep);

    Outcome grant(long id, Grant grant);

    Outcome withdraw(long id, Grant grant);

    /** @param endsAt empty: none */
    Outcome setEnd(long id, Optional<Instant> endsAt);

    /** Ends its sessions and voids its link too. */
    Outcome disable(long id, Instant now);

    Outcome enable(long id);

    Outcome unlock(long id);

    /** Those that are not over, newest first. @param current the secret of the one that asks */
    List<Session> sessions(String name, Optional<String> current, Instant now);

    void endSession(String name, String session);

    Outcome endSessions(long id);

    /**
     * The account of somebody whom a provider vouches for: theirs by issuer and subject, else one that waits for them by name.
     *
     * @param grants what they have from now on; empty: what the account has. With some, an account is made if there is none
     * @return empty: there is none for them
     */
    Optional<Came> come(Outsider outsider, Optional<Set<Grant>> grants, Instant now);
}
