package portvakt.gate.adapter.pcsc;

import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Map;
import javax.smartcardio.Card;
import javax.smartcardio.CardException;
import javax.smartcardio.CardTerminal;
import javax.smartcardio.TerminalFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.protocol.config.ConfigFile;

/**
 * The JDK's own PC/SC provider, with its two gaps closed by reflection:
 *
 * <ul>
 *   <li>It keeps one context (SCARDCONTEXT) for the life of the JVM. Once the daemon has died, every call fails with
 *       SCARD_E_NO_SERVICE for good. {@link #readers()} makes the provider ask for a new one. The dead context cannot be
 *       released: each restart of the daemon costs a file descriptor.
 *   <li>It does not disconnect from a card that was torn off. The daemon keeps the handle and gives out no more after 200 of
 *       them, until it is restarted. {@link #release} disconnects from such cards too.
 * </ul>
 */
final class SunPcsc implements PcscService {

    static final String FLAG = "--add-opens java.smartcardio/sun.security.smartcardio=ALL-UNNAMED";

    private static final Logger LOG = LoggerFactory.getLogger(SunPcsc.class);
    private static final String PACKAGE = "sun.security.smartcardio.";
    private static final int SCARD_LEAVE_CARD = 0;

    /** The provider's context is one for the whole JVM, so two readers must not both renew it. */
    private static final Object CONTEXT = new Object();

    private SunPcsc() {}

    /**
     * @throws ConfigFile.Invalid if Java was started without {@link #FLAG}: the reader would work, and never again after the
     *     daemon's first restart, so that is better said at the start
     */
    static SunPcsc opened() throws ConfigFile.Invalid {
        try {
            opened(Class.forName(PACKAGE + "PCSCTerminals").getDeclaredField("contextId"));
            opened(Class.forName(PACKAGE + "CardImpl").getDeclaredField("cardId"));
        } catch (InaccessibleObjectException e) {
            throw new ConfigFile.Invalid(
                    "The card reader needs Java to be started with " + FLAG + ". The launcher ./portvakt does that.");
        } catch (ReflectiveOperationException e) {
            LOG.warn(
                    "This JDK's PC/SC provider is not the one known here; the reader will not live through a restart of pcscd",
                    e);
        }
        return new SunPcsc();
    }

    @Override
    public List<CardTerminal> readers() throws PcscUnavailableException {
        synchronized (CONTEXT) {
            try {
                return list();
            } catch (CardException e) {
                String status = PcscFault.status(e);
                if (PcscFault.meansNoReaders(status)) {
                    return List.of();
                }
                if (!PcscFault.meansDeadContext(status)) {
                    throw new PcscUnavailableException(PcscFault.detail(status), e);
                }
            }
            forgetContext();
            try {
                return list();
            } catch (CardException e) {
                String status = PcscFault.status(e);
                if (PcscFault.meansNoReaders(status)) {
                    return List.of();
                }
                throw new PcscUnavailableException(PcscFault.detail(status), e);
            }
        }
    }

    /** TerminalFactory.getDefault() is never asked: it stays "None" if the daemon was down when it was first asked. */
    private static List<CardTerminal> list() throws CardException, PcscUnavailableException {
        try {
            return TerminalFactory.getInstance("PC/SC", null).terminals().list();
        } catch (NoSuchAlgorithmException e) {
            if (e.getCause() instanceof UnsupportedOperationException) {
                throw new PcscUnavailableException(
                        "The PC/SC library cannot be loaded. Install the package libpcsclite1 and start this program anew.",
                        e);
            }
            throw new PcscUnavailableException(PcscFault.detail(PcscFault.status(e)), e);
        }
    }

    /** The provider's next use opens a new context; terminals hold the old one, so they are forgotten with it. */
    private static void forgetContext() throws PcscUnavailableException {
        try {
            Class<?> terminals = Class.forName(PACKAGE + "PCSCTerminals");
            synchronized (terminals) {
                opened(terminals.getDeclaredField("contextId")).setLong(null, 0);
                ((Map<?, ?>) opened(terminals.getDeclaredField("terminals")).get(null)).clear();
            }
            LOG.info("The connection to the PC/SC daemon is dead; a new one is asked for");
        } catch (ReflectiveOperationException | InaccessibleObjectException e) {
            throw new PcscUnavailableException(
                    "The PC/SC daemon was restarted, and this JDK's PC/SC provider is not the one known here. "
                            + "Restart this program.",
                    e);
        }
    }

    @Override
    public void release(Card card, boolean reset) {
        try {
            if (!disconnectedFromTornOff(card)) {
                card.disconnect(reset);
            }
        } catch (CardException e) {
            // The reader or the daemon went away in between, and the handle with it.
            LOG.debug("Disconnecting failed: {}", PcscFault.status(e));
        }
    }

    /** Does what {@link Card#disconnect} leaves undone once the provider has seen that the card was removed. */
    private static boolean disconnectedFromTornOff(Card card) {
        try {
            Class<?> type = Class.forName(PACKAGE + "CardImpl");
            if (!type.isInstance(card)
                    || !"REMOVED"
                            .equals(String.valueOf(
                                    opened(type.getDeclaredField("state")).get(card)))) {
                return false;
            }
            Method disconnect =
                    Class.forName(PACKAGE + "PCSC").getDeclaredMethod("SCardDisconnect", long.class, int.class);
            disconnect.setAccessible(true);
            disconnect.invoke(null, opened(type.getDeclaredField("cardId")).getLong(card), SCARD_LEAVE_CARD);
            return true;
        } catch (ReflectiveOperationException | InaccessibleObjectException e) {
            LOG.debug("Could not disconnect from a card that was torn off", e);
            return false;
        }
    }

    private static Field opened(Field field) {
        field.setAccessible(true);
        return field;
    }
}
