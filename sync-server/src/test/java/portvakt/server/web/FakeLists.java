package portvakt.server.web;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import portvakt.server.port.Lists;

/** Lists as a test says they are. */
final class FakeLists implements Lists {

    final Map<String, PublishedList> published = new ConcurrentSkipListMap<>();

    @Override
    public Optional<PublishedList> find(String list) {
        return Optional.ofNullable(published.get(list));
    }

    @Override
    public List<String> names() {
        return List.copyOf(published.keySet());
    }

    @Override
    public void changed(String list) {
        // Nothing here issues anything.
    }
}
