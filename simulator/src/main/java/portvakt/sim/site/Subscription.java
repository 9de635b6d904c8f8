package portvakt.sim.site;

/** Something is listened to until this is closed; closing cannot fail. */
public interface Subscription extends AutoCloseable {

    @Override
    void close();
}
