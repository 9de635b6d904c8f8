package portvakt.gate.adapter.pcsc;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.Map;

/** A card that expects exactly the commands of a script, in order, and answers as written; "torn" tears it off. */
final class ScriptedCard implements Apdus {

    private final Deque<Map.Entry<String, String>> script = new ArrayDeque<>();

    /** @param exchanges command, answer, command, answer, … in hexadecimal; blanks do not count */
    static ScriptedCard expecting(String... exchanges) {
        ScriptedCard card = new ScriptedCard();
        for (int i = 0; i < exchanges.length; i += 2) {
            card.script.add(Map.entry(exchanges[i].replace(" ", ""), exchanges[i + 1].replace(" ", "")));
        }
        return card;
    }

    @Override
    public byte[] transceive(byte[] command) throws CardGoneException {
        String sent = HexFormat.of().formatHex(command);
        if (script.isEmpty()) {
            throw new AssertionError("sent after the script's end: " + sent);
        }
        Map.Entry<String, String> next = script.remove();
        if (!next.getKey().equals(sent)) {
            throw new AssertionError("sent " + sent + ", the script has " + next.getKey());
        }
        if (next.getValue().equals("torn")) {
            throw new CardGoneException("torn off", null);
        }
        return HexFormat.of().parseHex(next.getValue());
    }

    boolean finished() {
        return script.isEmpty();
    }
}
