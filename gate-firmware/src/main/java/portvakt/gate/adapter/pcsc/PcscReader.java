package portvakt.gate.adapter.pcsc;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.smartcardio.Card;
import javax.smartcardio.CardChannel;
import javax.smartcardio.CardException;
import javax.smartcardio.CardTerminal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.gate.access.CardRead;
import portvakt.gate.port.CardReader;
import portvakt.gate.port.ReaderSignal;
import portvakt.protocol.DenialReason;
import portvakt.protocol.config.ConfigFile;

/**
 * A contactless reader over PC/SC. Two states, kept by the adapter's own thread:
 *
 * <pre>
 *              reader found: Ready
 *   ┌────────┐ ───────────────────► ┌─────────┐ ──┐ card shown: Presented, once,
 *   │  lost  │                      │ working │   │ then wait until it is gone
 *   └────────┘ ◄─────────────────── └─────────┘ ◄─┘
 *    │  ▲       any PC/SC failure that
 *    └──┘       is not the card's: Lost
 *   try again, after a pause that doubles up to a bound
 * </pre>
 *
 * <p>Cards answer badly while they come near, so a card that cannot be read is tried three times at once; if it is then still
 * not read, that is its signal. As long as it stays it is tried again, some times a second, but only a success is signalled: its
 * holder has moved it to where it can be read. After a card torn off the next one is read afresh.
 */
public final class PcscReader implements CardReader {

    private static final Logger LOG = LoggerFactory.getLogger(PcscReader.class);

    /** The native wait cannot be interrupted, so it is cut in slices short enough for {@link #close()}. */
    private static final long WAIT_SLICE_MS = 400;

    private static final long CLOSE_MAX_MS = 1_800;
    private static final int ATTEMPTS_MAX = 3;
    /** Longest short answer: 256 bytes of data and SW1 SW2. The JDK asks for this much room. */
    private static final int RESPONSE_MAX_BYTES = 258;

    private static final CardRead UNREADABLE = new CardRead.Unreadable(DenialReason.CARD_UNREADABLE);

    private final String name;
    private final PcscReaderConfig config;
    private final Optional<ApduDump> dump;
    private final CardProbe probe;
    private final PcscService pcsc;
    private final BackOff backOff;
    private final Thread thread;
    private final CountDownLatch closing = new CountDownLatch(1);

    /** Guards {@code inbox} against a signal after {@link #close()}. */
    private final Object signalling = new Object();

    private Consumer<ReaderSignal> inbox;
    /** Empty before the first Ready or Lost. Of the adapter's thread only. */
    private Optional<Boolean> working = Optional.empty();

    private String lastDetail = "";
    /** Of the reader that was found last. Of the adapter's thread only. */
    private ReaderProfile profile = ReaderProfile.STANDARD;

    private boolean silenced;

    /**
     * @param name what signals and logs call this reader, for example {@code card}
     * @throws ConfigFile.Invalid if a key file of the layout cannot be used, or Java was started without a flag that is needed
     */
    public PcscReader(String name, PcscReaderConfig config) throws ConfigFile.Invalid {
        this(name, config, SunPcsc.opened());
    }

    PcscReader(String name, PcscReaderConfig config, PcscService pcsc) throws ConfigFile.Invalid {
        this.name = name;
        this.config = config;
        this.probe = CardProbe.of(config);
        this.dump = config.apduDump().isPresent()
                ? Optional.of(ApduDump.to(config.apduDump().get()))
                : Optional.empty();
        this.pcsc = pcsc;
        this.backOff = new BackOff(config.retryMin(), config.retryMax());
        this.thread = Thread.ofPlatform().daemon().name("reader-" + name).unstarted(this::run);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void start(Consumer<ReaderSignal> inbox) {
        this.inbox = inbox;
        thread.start();
    }

    @Override
    public void close() {
        synchronized (signalling) {
            closing.countDown();
        }
        if (!thread.isAlive()) {
            dump.ifPresent(ApduDump::close);
            return;
        }
        try {
            if (!thread.join(Duration.ofMillis(CLOSE_MAX_MS))) {
                LOG.warn("Reader {}: a PC/SC call does not return; its thread is left behind", name);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean closed() {
        return closing.getCount() == 0;
    }

    private void run() {
        while (!closed()) {
            try {
                CardTerminal reader = find();
                // Being listed is not yet working; answering is.
                LOG.debug("Reader {}: card present: {}", name, reader.isCardPresent());
                recognised(reader.getName());
                ready(reader.getName());
                serve(reader);
            } catch (PcscUnavailableException e) {
                lost(e.getMessage());
            } catch (CardException e) {
                lost(PcscFault.detail(PcscFault.status(e)));
            } catch (RuntimeException e) {
                // Whatever it is, the gate's reader has to live through it.
                LOG.error("Reader {}: unforeseen failure", name, e);
                lost("The reader failed in an unforeseen way (" + e + "). See the log.");
            }
            pause();
        }
        dump.ifPresent(ApduDump::close);
    }

    private void recognised(String readerName) {
        profile = config.readerProfile().orElseGet(() -> ReaderProfile.of(readerName));
        silenced = false;
        LOG.debug("Reader {}: {} is treated as {}", name, readerName, profile);
        if (config.silent() && profile.silence().isEmpty()) {
            LOG.info("Reader {}: \"silent\" has no effect, no command is known that silences {}", name, readerName);
        }
    }

    private void pause() {
        try {
            if (closing.await(backOff.nextMs(), TimeUnit.MILLISECONDS)) {
                LOG.debug("Reader {} closes", name);
            }
        } catch (InterruptedException e) {
            LOG.warn("Reader {}: its thread was interrupted, which nobody should do; it goes on", name);
        }
    }

    private CardTerminal find() throws PcscUnavailableException {
        List<CardTerminal> readers = pcsc.readers();
        return switch (ReaderChoice.choose(
                readers.stream().map(CardTerminal::getName).toList(), config.readerName())) {
            case ReaderChoice.Chosen chosen -> readers.get(chosen.index());
            case ReaderChoice.None none -> throw new PcscUnavailableException(none.detail());
        };
    }

    private void serve(CardTerminal reader) throws CardException, PcscUnavailableException {
        while (!closed()) {
            if (reader.waitForCardPresent(WAIT_SLICE_MS)) {
                present(reader);
            }
            // Not before: a reader that fails at each card, and only then, is to be given longer and longer pauses.
            backOff.reset();
        }
    }

    private void present(CardTerminal reader) throws CardException, PcscUnavailableException {
        long firstSeenNs = System.nanoTime();
        for (int attempt = 1; !closed(); attempt++) {
            Optional<Card> card = connect(reader);
            CardRead read =
                    card.map(connected -> read(reader.getName(), connected)).orElse(UNREADABLE);
            if (!read.equals(UNREADABLE)) {
                presentedAndStaying(reader, card.orElseThrow(), read, firstSeenNs);
                return;
            }
            card.ifPresent(tried -> pcsc.release(tried, true));
            // This call also tells a bad card from a reader or daemon that went away: for these it throws.
            boolean gone = !reader.isCardPresent();
            if (attempt == ATTEMPTS_MAX || (gone && attempt < ATTEMPTS_MAX)) {
                presented(read, firstSeenNs);
            }
            if (gone) {
                return;
            }
            if (attempt >= ATTEMPTS_MAX) {
                if (reader.waitForCardAbsent(WAIT_SLICE_MS)) {
                    return;
                }
                // What is read from here on was held anew.
                firstSeenNs = System.nanoTime();
            }
        }
    }

    private void presentedAndStaying(CardTerminal reader, Card card, CardRead read, long firstSeenNs)
            throws CardException {
        try {
            presented(read, firstSeenNs);
            awaitRemoval(reader, card);
        } finally {
            pcsc.release(card, false);
        }
    }

    /** @return empty if the card is mute or gone */
    private Optional<Card> connect(CardTerminal reader) throws CardException, PcscUnavailableException {
        try {
            return Optional.of(reader.connect("*"));
        } catch (CardException e) {
            String status = PcscFault.status(e);
            LOG.debug("Reader {}: no connection to the card: {}", name, status);
            if (PcscFault.blamesCard(status)) {
                return Optional.empty();
            }
            throw new PcscUnavailableException(PcscFault.detail(status), e);
        }
    }

    private CardRead read(String readerName, Card card) {
        byte[] atr = card.getATR().getBytes();
        CardKind kind = CardKind.of(atr);
        Apdus plain = command -> transceive(card, command);
        dump.ifPresent(open -> open.card(readerName, kind, atr));
        Apdus apdus = dump.map(open -> open.recorded(plain)).orElse(plain);
        silence(apdus);
        return probe.read(apdus, kind, config.keyPlace().orElse(profile.keyPlace()));
    }

    /** Such a command needs a card on the reader, so the first one is still greeted. */
    private void silence(Apdus card) {
        if (!config.silent() || silenced || profile.silence().isEmpty()) {
            return;
        }
        silenced = true;
        try {
            LOG.debug(
                    "Reader {}: silenced, answer of {} bytes",
                    name,
                    card.transceive(profile.silence().get()).length);
        } catch (CardGoneException e) {
            silenced = false;
            LOG.debug("Reader {}: not yet silenced: {}", name, e.getMessage());
        }
    }

    private static byte[] transceive(Card card, byte[] command) throws CardGoneException {
        ByteBuffer response = ByteBuffer.allocate(RESPONSE_MAX_BYTES);
        int length;
        try {
            CardChannel channel = card.getBasicChannel();
            length = channel.transmit(ByteBuffer.wrap(command), response);
        } catch (CardException e) {
            throw new CardGoneException(PcscFault.status(e), e);
        } catch (IllegalStateException e) {
            // What the JDK says once it has noticed by itself that the card was removed.
            throw new CardGoneException("removed", e);
        } catch (BufferOverflowException e) {
            // The JDK puts together what a card hands out piece by piece (SW1 61), however much it becomes.
            throw new CardGoneException("an answer longer than any that was asked for", e);
        }
        if (length < 2) {
            throw new CardGoneException("an answer of " + length + " bytes, where a status takes two", null);
        }
        return Arrays.copyOf(response.array(), length);
    }

    /**
     * Waits until the card is gone. PC/SC shows a state and not its changes, so a card swapped for another between two looks
     * would pass for one that stayed; but a connection does not outlive its card, and then a new one is given.
     */
    private void awaitRemoval(CardTerminal reader, Card card) throws CardException {
        while (!closed()) {
            if (reader.waitForCardAbsent(WAIT_SLICE_MS)) {
                return;
            }
            if (swapped(reader, card)) {
                return;
            }
        }
    }

    private boolean swapped(CardTerminal reader, Card card) throws CardException {
        try {
            return reader.connect("*") != card;
        } catch (CardException e) {
            if (PcscFault.blamesCard(PcscFault.status(e))) {
                return false;
            }
            throw e;
        }
    }

    private void presented(CardRead read, long firstSeenNs) {
        signal(new ReaderSignal.Presented(name, read, System.nanoTime() - firstSeenNs));
    }

    private void ready(String readerName) {
        if (working.filter(now -> now).isEmpty()) {
            LOG.info("Reader {}: {} works", name, readerName);
            signal(new ReaderSignal.Ready(name, readerName));
        }
        working = Optional.of(true);
        lastDetail = "";
    }

    private void lost(String detail) {
        if (closed()) {
            return;
        }
        if (!detail.equals(lastDetail)) {
            LOG.warn("Reader {}: {}", name, detail);
            lastDetail = detail;
        }
        if (working.isEmpty() || working.get()) {
            signal(new ReaderSignal.Lost(name, detail));
        }
        working = Optional.of(false);
    }

    private void signal(ReaderSignal signal) {
        synchronized (signalling) {
            if (!closed()) {
                inbox.accept(signal);
            }
        }
    }
}
