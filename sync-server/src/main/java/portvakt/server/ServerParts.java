package portvakt.server;

import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import portvakt.server.adapter.register.Reconciler;
import portvakt.server.port.AccountAudit;
import portvakt.server.port.AccountKeeping;
import portvakt.server.port.Accounts;
import portvakt.server.port.CardChips;
import portvakt.server.port.CardRegister;
import portvakt.server.port.Enrolments;
import portvakt.server.port.EntryLog;
import portvakt.server.port.Erasure;
import portvakt.server.port.Evidence;
import portvakt.server.port.GateAdmission;
import portvakt.server.port.GateRegistry;
import portvakt.server.port.Gates;
import portvakt.server.port.KeyTrust;
import portvakt.server.port.Lists;
import portvakt.server.port.Musters;
import portvakt.server.port.PassKeys;
import portvakt.server.port.Passes;
import portvakt.server.port.PolicyChanges;
import portvakt.server.port.Presence;
import portvakt.server.port.Reconciliations;
import portvakt.server.port.RegisterRecords;
import portvakt.server.port.SpreadLog;
import portvakt.server.port.Tokens;

/** What a running server offers to what is built on it: the web part, the simulator. All safe for any thread. */
public record ServerParts(
        ServerConfig config,
        EntryLog log,
        Gates gates,
        GateRegistry gateRegistry,
        GateAdmission gateAdmission,
        SpreadLog spread,
        Lists lists,
        CardRegister register,
        RegisterRecords registerRecords,
        Reconciliations reconciliations,
        Optional<Reconciler> reconciler,
        Enrolments enrolments,
        CardChips cardChips,
        PolicyChanges policyChanges,
        Passes passes,
        PassKeys passKeys,
        Musters musters,
        Evidence evidence,
        Erasure erasure,
        Presence presence,
        PrivacyParts privacy,
        X509Certificate authority,
        Accounts accounts,
        AccountKeeping accountKeeping,
        Tokens tokens,
        AccountAudit accountAudit,
        KeyTrust keyTrust,
        InstantSource clock,
        List<Probe> probes) {

    /** Something that has to be well for the server to be well. */
    public record Probe(String name, BooleanSupplier isWell) {}

    /** Starts one part on top of the others; what it returns is closed before they are. */
    @FunctionalInterface
    public interface Starter {
        AutoCloseable start(ServerParts parts) throws Exception;
    }
}
