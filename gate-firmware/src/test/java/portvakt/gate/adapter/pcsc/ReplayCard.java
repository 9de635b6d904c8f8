package portvakt.gate.adapter.pcsc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * A card that answers as one did when it was recorded: a dump's lines in order, {@code > } a command, {@code < } its answer,
 * {@code ! } the ATR, {@code #} a remark. Two stars stand for a byte that was masked: any in a command, zero in an answer. A command that
 * was not sent then is an error.
 */
final class ReplayCard implements Apdus {

    private static final Path DUMPS = Path.of("src", "test", "resources", "apdu");

    private record Exchange(String command, String answer) {}

    private final List<Exchange> exchanges = new ArrayList<>();
    private byte[] atr = new byte[0];
    private int next;

    static ReplayCard of(String dump) throws IOException {
        return parse(Files.readAllLines(DUMPS.resolve(dump)));
    }

    static ReplayCard parse(List<String> lines) {
        ReplayCard card = new ReplayCard();
        String command = "";
        for (String line : lines) {
            String hex = line.isEmpty() ? "" : line.substring(1).replace(" ", "");
            switch (line.isEmpty() ? '#' : line.charAt(0)) {
                case '!' -> card.atr = HexFormat.of().parseHex(hex);
                case '>' -> command = hex;
                case '<' -> card.exchanges.add(new Exchange(command, hex));
                case '#' -> {}
                default -> throw new IllegalArgumentException("no line of a dump: " + line);
            }
        }
        return card;
    }

    CardKind kind() {
        return CardKind.of(atr);
    }

    boolean finished() {
        return next == exchanges.size();
    }

    @Override
    public byte[] transceive(byte[] command) throws CardGoneException {
        String sent = HexFormat.of().withUpperCase().formatHex(command);
        if (finished()) {
            throw new AssertionError("sent after the dump's end: " + sent);
        }
        Exchange exchange = exchanges.get(next++);
        if (!sent.matches(exchange.command().replace("**", ".."))) {
            throw new AssertionError("sent " + sent + ", the dump has " + exchange.command());
        }
        if (exchange.answer().equals("gone")) {
            throw new CardGoneException("recorded so", null);
        }
        return HexFormat.of().parseHex(exchange.answer().replace("**", "00"));
    }
}
