package portvakt.sim.world;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Known bugs in what is decided and told of people: enrolments, policies, passes, entering twice, who is on site. */
final class PeoplePlants {

    private static final String GATE = "gate-firmware/src/main/java/portvakt/gate/";
    private static final String SERVER = "sync-server/src/main/java/portvakt/server/";

    private PeoplePlants() {}

    private static Set<Fault> with(Fault... some) {
        Set<Fault> faults = EnumSet.noneOf(Fault.class);
        faults.addAll(List.of(some));
        return faults;
    }

    static final List<Plant> ALL = List.of(
            new Plant(
                    "an older policy is taken",
                    with(Fault.FORGED_FACTS),
                    GATE + "status/SignedReplica.java",
                    "if (before.filter(current -> read.version() < current.version()).isPresent()) {",
                    "if (false) {"),
            new Plant(
                    "enrolments of another site are taken",
                    with(Fault.FORGED_FACTS),
                    GATE + "status/SignedReplica.java",
                    "if (!read.site().equals(site)) {",
                    "if (false) {"),
            new Plant(
                    "new enrolments are not gone by",
                    with(),
                    GATE + "loop/DecisionBasis.java",
                    "        enrolments = newest;",
                    "        enrolments = enrolments.version() == 0 ? newest : enrolments;"),
            new Plant(
                    "what the policy asks of a read is not asked",
                    with(),
                    GATE + "access/Decision.java",
                    "if (credential.assurance().compareTo(policy.minimumAssurance()) < 0) {",
                    "if (false) {"),
            new Plant(
                    "a pass that has ended opens",
                    with(),
                    GATE + "access/Decision.java",
                    "if (!time.wall().isBefore(pass.validUntil())) {",
                    "if (false) {"),
            new Plant(
                    "a pass of another site opens",
                    with(),
                    GATE + "access/Decision.java",
                    "if (!pass.site().equals(passes.site())) {",
                    "if (false) {"),
            new Plant(
                    "silence means inside",
                    with(Fault.LINK_LOST, Fault.SERVER_KILLED),
                    GATE + "access/Passback.java",
                    "&& !isSilent(now);",
                    "&& at >= 0;"),
            new Plant(
                    "news that were missed are not missed",
                    with(Fault.LINK_LOST, Fault.BROKER_LOSES),
                    GATE + "access/Passback.java",
                    "if (!follows || !news.complete()) {",
                    "if (!news.complete()) {"),
            new Plant(
                    "nobody is denied for entering twice",
                    with(),
                    GATE + "access/Decision.java",
                    "refusals.add(ANTI_PASSBACK);",
                    ""),
            new Plant(
                    "the news do not say who left",
                    with(),
                    SERVER + "adapter/issuer/PassbackIssuance.java",
                    "} else if (isWayOut(entry)) {",
                    "} else if (isWayOut(entry) && entry.id() < 0) {"),
            new Plant(
                    "a grant that was not taken puts somebody on site",
                    with(),
                    SERVER + "log/Passage.java",
                    "if (!entry.kind().equals(EventReader.KIND_TAKEN)) {",
                    "if (!entry.kind().equals(EventReader.KIND_TAKEN) && !entry.kind().equals(\"AccessGranted\")) {"),
            new Plant(
                    "a gate that is silent is not doubted",
                    with(Fault.LINK_LOST),
                    SERVER + "log/MusterDoubt.java",
                    "if (isSilent(gate, now)) {",
                    "if (false) {"),
            new Plant(
                    "a live copy stays when the log has it",
                    with(Fault.LINK_LOST, Fault.BROKER_SLOW, Fault.DATABASE_FAILS),
                    SERVER + "adapter/sql/LiveFeed.java",
                    "committed.forEach(row -> events.remove(new GateAddress(row.site(), row.gate()), row.sequence()));",
                    ""),
            new Plant(
                    "a live copy stays when no log will ever have it",
                    with(Fault.CARD_COPIED, Fault.BROKER_LOSES, Fault.LINK_LOST),
                    SERVER + "adapter/sql/LiveFeed.java",
                    "if (events.removeBehind(gate, last, saidAt.minus(ON_ITS_WAY))) {",
                    "if (false) {"),
            new Plant(
                    "what a computer that was replaced had seen is not doubted",
                    with(Fault.ENROLLED_ANEW, Fault.LINK_LOST, Fault.SERVER_KILLED),
                    SERVER + "log/MusterDoubt.java",
                    ".filter(EventReader::isGoingOn)",
                    ".filter(_ -> false)"),
            new Plant(
                    "a new computer begins with number 1 again",
                    with(Fault.ENROLLED_ANEW),
                    SERVER + "adapter/sql/LogEnd.java",
                    "return new Settled(start(end), rows);",
                    "return new Settled(JournalStart.NONE, rows);"),
            new Plant(
                    "a journal that does not agree with the log goes on",
                    with(Fault.ENROLLED_ANEW, Fault.STOLEN_GATE_KEY),
                    GATE + "journal/JournalBeginning.java",
                    "if (!agrees(segments(disk))) {",
                    "if (false) {"),
            new Plant(
                    "nothing counts as acknowledged over a gap that stays",
                    with(Fault.ENROLLED_ANEW, Fault.BROKER_LOSES, Fault.BROKER_REORDERS, Fault.CARD_COPIED),
                    SERVER + "adapter/sql/LogEnd.java",
                    "GateTable.committed(handle, gate, end);",
                    ""));
}
