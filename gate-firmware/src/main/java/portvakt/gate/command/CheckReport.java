package portvakt.gate.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import portvakt.gate.check.CheckTexts;
import portvakt.gate.check.Finding;

/** Findings as lines for people and as JSON for programs. */
record CheckReport(CheckTexts texts) {

    private static final ObjectMapper JSON = new ObjectMapper();

    void line(Finding finding, PrintWriter out) {
        out.println("%-5s %-14s %s".formatted(finding.level(), texts.name(finding.check()), texts.text(finding)));
        if (finding.level() != Finding.Level.OK) {
            texts.remedy(finding).ifPresent(remedy -> out.println("      -> " + remedy));
        }
        out.flush();
    }

    String json(List<Finding> findings) {
        ArrayNode all = JSON.createArrayNode();
        for (Finding finding : findings) {
            ObjectNode one = all.addObject();
            one.put("check", finding.check().name().toLowerCase(Locale.ROOT));
            one.put("level", finding.level().name());
            one.put("code", finding.key());
            one.put("text", texts.text(finding));
            texts.remedy(finding).ifPresent(remedy -> one.put("remedy", remedy));
        }
        return all.toPrettyString();
    }
}
