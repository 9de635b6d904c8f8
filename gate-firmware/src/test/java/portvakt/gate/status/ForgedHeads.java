package portvakt.gate.status;

import java.time.Duration;
import java.time.Instant;
import portvakt.protocol.list.ListHead;

/** Heads that differ from an honest one in what an attacker would change. */
final class ForgedHeads {

    private ForgedHeads() {}

    static ListHead of(ListHead honest, int epoch, long version, Instant issuedAt) {
        return new ListHead(
                honest.list(),
                epoch,
                version,
                honest.bits(),
                honest.count(),
                issuedAt,
                issuedAt.plus(Duration.ofDays(30)),
                honest.rootHex(),
                honest.keyId());
    }

    static ListHead of(ListHead honest, long version) {
        return of(honest, honest.epoch(), version, honest.issuedAt());
    }

    static ListHead ofList(ListHead honest, String list) {
        return new ListHead(
                list,
                honest.epoch(),
                honest.version(),
                honest.bits(),
                honest.count(),
                honest.issuedAt(),
                honest.expiresAt(),
                honest.rootHex(),
                honest.keyId());
    }

    static ListHead withRoot(ListHead honest, String rootHex) {
        return new ListHead(
                honest.list(),
                honest.epoch(),
                honest.version(),
                honest.bits(),
                honest.count(),
                honest.issuedAt(),
                honest.expiresAt(),
                rootHex,
                honest.keyId());
    }

    static ListHead withCount(ListHead honest, int count, int bits) {
        return new ListHead(
                honest.list(),
                honest.epoch(),
                honest.version(),
                bits,
                count,
                honest.issuedAt(),
                honest.expiresAt(),
                honest.rootHex(),
                honest.keyId());
    }
}
