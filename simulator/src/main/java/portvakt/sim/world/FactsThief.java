package portvakt.sim.world;

import com.google.protobuf.ByteString;
import java.security.KeyPair;
import java.util.Optional;
import portvakt.protocol.Topics;
import portvakt.protocol.sign.KeyId;
import portvakt.protocol.sign.SignedFacts;
import portvakt.protocol.v1.Enrolment;
import portvakt.protocol.v1.EnrolmentTable;
import portvakt.protocol.v1.ListAction;
import portvakt.protocol.v1.ReadAssurance;
import portvakt.protocol.v1.SitePolicy;

/**
 * Somebody who may publish to this site's gates, and has no key that counts: sends enrolments and policies of another site, older ones, and
 * some of his own by keys that do not count. Each goes to the gates that are connected, once.
 */
final class FactsThief {

    private static final String WHO = "thief";
    private static final long FAR_AHEAD = 1_000;

    private final World world;

    FactsThief(World world) {
        this.world = world;
    }

    void publish(Dice die) {
        switch (die.below(4)) {
            case 0 -> enrolments("bergen", current(), current());
            case 1 -> enrolments(World.SITE, outOfUse(), die.chance(0.5) ? current() : outOfUse());
            case 2 -> policy(outOfUse(), die.chance(0.5) ? current() : outOfUse());
            default -> olderPolicy();
        }
    }

    private KeyPair current() {
        return WorldKeys.get().signer(world.server().signer());
    }

    private KeyPair outOfUse() {
        return Thief.outOfUse(world);
    }

    private void send(String type, String topic, byte[] payload, KeyPair signs, KeyPair claims) {
        byte[] document = SignedFacts.sign(type, payload, signs.getPrivate(), KeyId.of(claims.getPublic()))
                .toByteArray();
        world.broker().take(WHO, topic, document, false);
    }

    /** All chips of this site stand for cards that nobody has. */
    private void enrolments(String site, KeyPair signs, KeyPair claims) {
        EnrolmentTable.Builder table = EnrolmentTable.newBuilder()
                .setSite(site)
                .setVersion(world.facts().newestEnrolments() + FAR_AHEAD);
        world.crowd()
                .chips()
                .forEach((chip, card) -> table.addEnrolments(Enrolment.newBuilder()
                        .setUid(ByteString.copyFrom(chip.bytes()))
                        .setCardNumber("9" + card.digits().substring(1))));
        send(
                SignedFacts.ENROLMENTS,
                Topics.enrolments(World.SITE),
                table.build().toByteArray(),
                signs,
                claims);
    }

    /** Everybody may enter, always. */
    private void policy(KeyPair signs, KeyPair claims) {
        SitePolicy policy = SiteOffice.FIRST_POLICY.toBuilder()
                .setVersion(world.facts().newestPolicy() + FAR_AHEAD)
                .setWhenGrace(ListAction.LIST_ACTION_GRANT)
                .setWhenStale(ListAction.LIST_ACTION_GRANT)
                .setWhenNone(ListAction.LIST_ACTION_GRANT)
                .setMinimumAssurance(ReadAssurance.READ_ASSURANCE_UNSIGNED_CODE)
                .build();
        send(SignedFacts.POLICY, Topics.policy(World.SITE), policy.toByteArray(), signs, claims);
    }

    /** Played back, as it once was on the topic. */
    private void olderPolicy() {
        Optional<FactTruth.Numbered> older =
                world.facts().numbered(world.facts().newestPolicy() - 1);
        older.ifPresent(each -> send(
                SignedFacts.POLICY,
                Topics.policy(World.SITE),
                each.policy().toBuilder().setVersion(each.version()).build().toByteArray(),
                WorldKeys.get().signer(each.signer()),
                WorldKeys.get().signer(each.signer())));
        older.ifPresent(_ -> world.marks().reached("an older policy was played back"));
    }
}
