package portvakt.gate.adapter.pcsc;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import javax.smartcardio.ATR;
import javax.smartcardio.Card;
import javax.smartcardio.CardChannel;
import javax.smartcardio.CardException;
import javax.smartcardio.CardTerminal;
import javax.smartcardio.CommandAPDU;
import javax.smartcardio.ResponseAPDU;

/**
 * A daemon with one reader that can be unplugged, swapped cards and made to answer badly at will. Fails as the JDK's provider
 * does: a CardException whose cause has the status's name as message.
 */
final class FakePcsc implements PcscService {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<String> readerNames = new ArrayList<>(List.of("Fake PICC 0"));
    private final AtomicInteger released = new AtomicInteger();
    private final AtomicInteger connected = new AtomicInteger();
    private String connectFault = "";
    private FakeCard card;

    void plug(String... names) {
        change(() -> {
            readerNames.clear();
            readerNames.addAll(List.of(names));
        });
    }

    /** Lays a card on the reader, or with an empty answer none. */
    FakeCard present(Apdus answers) {
        FakeCard laid = new FakeCard(answers);
        change(() -> card = laid);
        return laid;
    }

    void takeAway() {
        change(() -> card = null);
    }

    /** Makes connecting fail with this status; empty: no more. */
    void failConnectingWith(String status) {
        change(() -> connectFault = status);
    }

    /** Connections to cards that were opened and not yet let go of. */
    int connectionsOpen() {
        return connected.get() - released.get();
    }

    int connectionsEver() {
        return connected.get();
    }

    private void change(Runnable act) {
        lock.lock();
        try {
            act.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public List<CardTerminal> readers() {
        lock.lock();
        try {
            return readerNames.stream().<CardTerminal>map(FakeTerminal::new).toList();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void release(Card card, boolean reset) {
        released.incrementAndGet();
    }

    private static CardException failure(String status) {
        return new CardException("failed", new Exception(status));
    }

    private final class FakeTerminal extends CardTerminal {
        private final String name;
        private FakeCard connection;

        FakeTerminal(String name) {
            this.name = name;
        }

        @Override
        public String getName() {
            return name;
        }

        @Override
        public Card connect(String protocol) throws CardException {
            lock.lock();
            try {
                demandPlugged();
                if (!connectFault.isEmpty()) {
                    throw failure(connectFault);
                }
                if (card == null) {
                    throw failure("SCARD_E_NO_SMARTCARD");
                }
                if (connection != card) {
                    connected.incrementAndGet();
                    connection = card;
                }
                return connection;
            } finally {
                lock.unlock();
            }
        }

        @Override
        public boolean isCardPresent() throws CardException {
            return waits(true, 0);
        }

        @Override
        public boolean waitForCardPresent(long timeoutMs) throws CardException {
            return waits(true, timeoutMs);
        }

        @Override
        public boolean waitForCardAbsent(long timeoutMs) throws CardException {
            return waits(false, timeoutMs);
        }

        private boolean waits(boolean present, long timeoutMs) throws CardException {
            lock.lock();
            try {
                long restNs = timeoutMs * 1_000_000;
                demandPlugged();
                while ((card != null) != present && restNs > 0) {
                    restNs = changed.awaitNanos(restNs);
                    demandPlugged();
                }
                return (card != null) == present;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw failure("SCARD_E_CANCELLED");
            } finally {
                lock.unlock();
            }
        }

        private void demandPlugged() throws CardException {
            if (!readerNames.contains(name)) {
                throw failure("SCARD_E_UNKNOWN_READER");
            }
        }
    }

    /** A card, and the connection to it. */
    final class FakeCard extends Card {
        private final Apdus answers;
        private final AtomicInteger answered = new AtomicInteger();

        FakeCard(Apdus answers) {
            this.answers = answers;
        }

        int answered() {
            return answered.get();
        }

        @Override
        public CardChannel getBasicChannel() {
            return new FakeChannel(this);
        }

        @Override
        public ATR getATR() {
            return new ATR(HexFormat.of().parseHex("3b8180018080"));
        }

        @Override
        public String getProtocol() {
            return "T=1";
        }

        @Override
        public CardChannel openLogicalChannel() {
            throw new UnsupportedOperationException("the gate opens none");
        }

        @Override
        public void beginExclusive() {
            throw new UnsupportedOperationException("the gate is alone");
        }

        @Override
        public void endExclusive() {
            throw new UnsupportedOperationException("the gate is alone");
        }

        @Override
        public byte[] transmitControlCommand(int controlCode, byte[] command) {
            throw new UnsupportedOperationException("the gate uses no escape commands");
        }

        @Override
        public void disconnect(boolean reset) {
            throw new UnsupportedOperationException("release() does that");
        }
    }

    private static final class FakeChannel extends CardChannel {
        private final FakeCard card;

        FakeChannel(FakeCard card) {
            this.card = card;
        }

        @Override
        public Card getCard() {
            return card;
        }

        @Override
        public int getChannelNumber() {
            return 0;
        }

        @Override
        public ResponseAPDU transmit(CommandAPDU command) {
            throw new UnsupportedOperationException("refuses answers shorter than two bytes");
        }

        @Override
        public int transmit(ByteBuffer command, ByteBuffer response) throws CardException {
            byte[] sent = new byte[command.remaining()];
            command.get(sent);
            card.answered.incrementAndGet();
            try {
                byte[] answer = card.answers.transceive(sent);
                response.put(answer);
                return answer.length;
            } catch (CardGoneException e) {
                throw failure("SCARD_W_REMOVED_CARD");
            }
        }

        @Override
        public void close() {
            throw new UnsupportedOperationException("the basic channel stays open");
        }
    }
}
