package portvakt.server.port;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import portvakt.server.port.Principal.Grant;

/** Tokens of programs. The secret is shown when it is made and kept hashed. Safe for any thread. */
public interface Tokens {

    int NAME_CHARS_MAX = 100;
    int DAYS_DEFAULT = 365;
    int DAYS_MAX = 730;
    /** So that one that has leaked is found by those who look for such. */
    String PREFIX = "pvt_";

    /**
     * @param grants at least one
     * @param only   the rights that it is bound to, besides; empty: all that the roles give
     * @param days   how long it counts, 1 to {@link #DAYS_MAX}
     */
    record Wish(String name, Set<Grant> grants, Optional<Set<Right>> only, int days) {
        public Wish {
            grants = Set.copyOf(grants);
            only = only.map(Set::copyOf);
            if (name.isBlank() || name.length() > NAME_CHARS_MAX) {
                throw new IllegalArgumentException("a token's name has 1 to " + NAME_CHARS_MAX + " characters");
            }
            if (grants.isEmpty() || only.filter(Set::isEmpty).isPresent()) {
                throw new IllegalArgumentException("a token without a role or a right is of no use");
            }
            if (days < 1 || days > DAYS_MAX) {
                throw new IllegalArgumentException("a token counts for 1 to " + DAYS_MAX + " days");
            }
        }

        /** With all that a role gives everywhere, for a year. */
        public static Wish everywhere(String name, Role role) {
            return new Wish(name, Set.of(new Grant(role, Optional.empty())), Optional.empty(), DAYS_DEFAULT);
        }

        public Duration validity() {
            return Duration.ofDays(days);
        }
    }

    /** @param lastUsedOn the day by UTC */
    record Token(
            long id,
            String name,
            Set<Grant> grants,
            Optional<Set<Right>> only,
            Instant createdAt,
            String createdBy,
            Instant expiresAt,
            Optional<LocalDate> lastUsedOn,
            Optional<Instant> revokedAt,
            Optional<String> revokedBy) {

        public boolean counts(Instant now) {
            return revokedAt.isEmpty() && now.isBefore(expiresAt);
        }

        public Principal principal() {
            return new Principal(name, grants, only);
        }
    }

    /** @param secret to be shown once */
    record Made(Token token, String secret) {}

    Made make(Wish wish, String by, Instant now);

    /** Newest first, those that count no more too. */
    List<Token> all();

    Optional<Token> find(long id);

    /** @return false if there is none that counts */
    boolean revoke(long id, String by, Instant now);

    /** Whose secret it is, if it counts. Notes the day. */
    Optional<Principal> principal(String secret, Instant now);
}
