package portvakt.server.web;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import portvakt.server.port.AccountKeeping;
import portvakt.server.port.Principal.Grant;
import portvakt.server.port.Role;

/** Keeps the accounts of a {@link FakeAccounts}. */
final class FakeAccountKeeping implements AccountKeeping {

    private final FakeAccounts accounts;

    FakeAccountKeeping(FakeAccounts accounts) {
        this.accounts = accounts;
    }

    private static Account account(FakeAccounts.Entry entry) {
        return new Account(
                entry.id,
                entry.name,
                Optional.ofNullable(entry.displayName),
                entry.grants,
                entry.outside,
                entry.password != null || entry.subject != null,
                Optional.ofNullable(entry.lockedUntil),
                Optional.ofNullable(entry.disabledAt),
                Optional.ofNullable(entry.endsAt),
                Optional.ofNullable(entry.lastLogInAt),
                Optional.ofNullable(entry.linkUntil));
    }

    private Optional<FakeAccounts.Entry> entry(long id) {
        return accounts.entries.values().stream()
                .filter(entry -> entry.id == id)
                .findAny();
    }

    @Override
    public List<Account> all() {
        synchronized (accounts) {
            return accounts.entries.values().stream()
                    .map(FakeAccountKeeping::account)
                    .sorted(Comparator.comparing(Account::name))
                    .toList();
        }
    }

    @Override
    public Optional<Account> find(long id) {
        synchronized (accounts) {
            return entry(id).map(FakeAccountKeeping::account);
        }
    }

    @Override
    public Optional<Account> named(String name) {
        synchronized (accounts) {
            return Optional.ofNullable(accounts.entries.get(name)).map(FakeAccountKeeping::account);
        }
    }

    @Override
    public Optional<Account> invite(String name, Set<Grant> grants, Optional<Instant> endsAt, boolean outside) {
        synchronized (accounts) {
            return accounts.add(name).map(entry -> {
                entry.grants = Set.copyOf(grants);
                entry.endsAt = endsAt.orElse(null);
                entry.outside = outside;
                return account(entry);
            });
        }
    }

    @Override
    public Optional<String> makeLink(long id, Instant now) {
        synchronized (accounts) {
            return entry(id).filter(entry -> !entry.outside).map(entry -> {
                entry.link = "link-" + id + "-" + entry.failures + entry.name.length();
                entry.linkUntil = now.plus(Duration.ofDays(7));
                return entry.link;
            });
        }
    }

    private Optional<FakeAccounts.Entry> byLink(String secret, Instant now) {
        return accounts.entries.values().stream()
                .filter(entry -> secret.equals(entry.link) && now.isBefore(entry.linkUntil) && entry.isOpen(now))
                .findAny();
    }

    @Override
    public Optional<Account> linked(String secret, Instant now) {
        synchronized (accounts) {
            return byLink(secret, now).map(FakeAccountKeeping::account);
        }
    }

    @Override
    public boolean redeem(String secret, char[] password, Instant now) {
        synchronized (accounts) {
            Optional<FakeAccounts.Entry> found = byLink(secret, now);
            found.ifPresent(entry -> {
                entry.password = new String(password);
                entry.link = null;
                entry.linkUntil = null;
                entry.lockedUntil = null;
                entry.failures = 0;
                accounts.sessions.values().removeIf(session -> session.name().equals(entry.name));
            });
            return found.isPresent();
        }
    }

    @Override
    public void setPassword(String name, char[] password, String keep) {
        synchronized (accounts) {
            accounts.entries.get(name).password = new String(password);
            accounts.sessions
                    .entrySet()
                    .removeIf(each -> each.getValue().name().equals(name)
                            && !each.getKey().equals(keep));
        }
    }

    private Outcome change(long id, Consumer<FakeAccounts.Entry> work, boolean endsAdministration) {
        synchronized (accounts) {
            Optional<FakeAccounts.Entry> found = entry(id);
            if (found.isEmpty()) {
                return Outcome.UNKNOWN;
            }
            boolean last = administrators().equals(List.of(found.get()));
            if (endsAdministration && last) {
                return Outcome.LAST_ADMIN;
            }
            work.accept(found.get());
            return Outcome.DONE;
        }
    }

    private List<FakeAccounts.Entry> administrators() {
        return accounts.entries.values().stream()
                .filter(entry -> entry.grants.contains(new Grant(Role.ADMIN, Optional.empty()))
                        && entry.disabledAt == null
                        && entry.endsAt == null
                        && entry.password != null)
                .toList();
    }

    @Override
    public Outcome grant(long id, Grant grant) {
        return change(
                id,
                entry -> {
                    Set<Grant> grants = new HashSet<>(entry.grants);
                    grants.add(grant);
                    entry.grants = grants;
                },
                false);
    }

    @Override
    public Outcome withdraw(long id, Grant grant) {
        return change(
                id,
                entry -> {
                    Set<Grant> grants = new HashSet<>(entry.grants);
                    grants.remove(grant);
                    entry.grants = grants;
                },
                grant.equals(new Grant(Role.ADMIN, Optional.empty())));
    }

    @Override
    public Outcome setEnd(long id, Optional<Instant> endsAt) {
        return change(id, entry -> entry.endsAt = endsAt.orElse(null), endsAt.isPresent());
    }

    @Override
    public Outcome disable(long id, Instant now) {
        return change(
                id,
                entry -> {
                    entry.disabledAt = now;
                    entry.link = null;
                    accounts.sessions
                            .values()
                            .removeIf(session -> session.name().equals(entry.name));
                },
                true);
    }

    @Override
    public Outcome enable(long id) {
        return change(id, entry -> entry.disabledAt = null, false);
    }

    @Override
    public Outcome unlock(long id) {
        return change(id, entry -> entry.lockedUntil = null, false);
    }

    @Override
    public List<Session> sessions(String name, Optional<String> current, Instant now) {
        return accounts.sessions.entrySet().stream()
                .filter(each -> each.getValue().name().equals(name))
                .sorted(Map.Entry.comparingByKey())
                .map(each -> new Session(
                        "id-" + each.getKey(),
                        each.getValue().openedAt(),
                        each.getValue().openedAt(),
                        current.filter(each.getKey()::equals).isPresent()))
                .toList();
    }

    @Override
    public void endSession(String name, String session) {
        accounts.sessions
                .entrySet()
                .removeIf(each -> each.getValue().name().equals(name) && session.equals("id-" + each.getKey()));
    }

    @Override
    public Outcome endSessions(long id) {
        return change(
                id,
                entry -> accounts.sessions.values().removeIf(each -> each.name().equals(entry.name)),
                false);
    }

    @Override
    public Optional<Came> come(Outsider outsider, Optional<Set<Grant>> grants, Instant now) {
        synchronized (accounts) {
            Optional<FakeAccounts.Entry> found = accounts.entries.values().stream()
                    .filter(entry -> entry.outside
                            && (outsider.subject().equals(entry.subject)
                                    || entry.subject == null && entry.name.equals(outsider.name())))
                    .findAny();
            if (found.isEmpty() && grants.filter(some -> !some.isEmpty()).isPresent()) {
                found = accounts.add(outsider.name());
            }
            Set<Grant> before = found.map(entry -> entry.grants).orElse(Set.of());
            found.ifPresent(entry -> {
                entry.outside = true;
                entry.subject = outsider.subject();
                entry.displayName = outsider.displayName().orElse(null);
                grants.ifPresent(all -> entry.grants = all);
            });
            return found.map(entry -> new Came(account(entry), before));
        }
    }
}
