package portvakt.server.adapter.issuer;

import java.util.List;
import java.util.Optional;
import portvakt.server.port.Lists;

/** All lists of a server, each with an issuer of its own: a long checkpoint of one holds up none of the others. */
public final class ListIssuers implements Lists, AutoCloseable {

    private final List<ListIssuer> issuers;

    /** @param issuers not started; the register's list first */
    public ListIssuers(List<ListIssuer> issuers) {
        this.issuers = List.copyOf(issuers);
    }

    /** Starts issuing. Call once. */
    public void start() {
        issuers.forEach(ListIssuer::start);
    }

    /** There is a new connection to the broker. Does not block. @param sessionKnown whether the broker still had our session */
    public void brokerConnected(boolean sessionKnown) {
        issuers.forEach(issuer -> issuer.brokerConnected(sessionKnown));
    }

    /** A checkpoint's head lies in the broker. Does not block. */
    public void checkpointThere(String list, long version) {
        issuer(list).ifPresent(each -> each.checkpointThere(version));
    }

    @Override
    public void changed(String list) {
        issuer(list).ifPresent(ListIssuer::changed);
    }

    @Override
    public Optional<PublishedList> find(String list) {
        return issuer(list).flatMap(ListIssuer::published);
    }

    @Override
    public List<String> names() {
        return issuers.stream().map(ListIssuer::list).toList();
    }

    private Optional<ListIssuer> issuer(String list) {
        return issuers.stream().filter(each -> each.list().equals(list)).findFirst();
    }

    @Override
    public void close() {
        issuers.forEach(ListIssuer::close);
    }
}
