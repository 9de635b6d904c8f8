package portvakt.server.port;

import portvakt.protocol.CardNumber;

/** Tells a site's gates whose card may enter again. Safe for any thread; does not block. */
public interface Departures {

    /** Of a server none of whose sites denies who enters twice. */
    Departures NONE = new Departures() {
        @Override
        public boolean areTold(String site) {
            return false;
        }

        @Override
        public void left(String site, CardNumber card) {}
    };

    /** Whether the site's gates deny who enters twice, and so are told. */
    boolean areTold(String site);

    /** The holder of the card has left, is taken for gone, or was forgiven: that is on the disk. Sites that are not told are passed over. */
    void left(String site, CardNumber card);
}
