package portvakt.server.adapter.sql;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Opens databases for tests. */
public final class Databases {

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private Databases() {}

    public static Database inMemory() {
        return open("jdbc:h2:mem:test-" + NUMBER.incrementAndGet());
    }

    public static Database open(String url) {
        try {
            return Database.open(url, Optional.empty(), Optional.empty());
        } catch (Database.Unusable e) {
            throw new AssertionError(e.getMessage(), e);
        }
    }
}
