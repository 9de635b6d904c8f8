package portvakt.gate.enrol;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.enrol.EnrolmentCode;
import portvakt.protocol.enrol.EnrolmentServer;
import portvakt.protocol.enrol.Possession;
import portvakt.protocol.enrol.SealedBox;
import portvakt.protocol.enrol.ServerPin;
import portvakt.protocol.event.JournalStart;
import portvakt.protocol.list.CardKeys;
import portvakt.protocol.mqtt.Pkcs12;
import portvakt.protocol.mqtt.TlsIdentity;
import portvakt.protocol.sign.MalformedTrustException;
import portvakt.protocol.sign.RootKeys;
import portvakt.protocol.sign.TrustFiles;
import portvakt.protocol.sign.UnprovedTrustException;
import portvakt.protocol.v1.EnrolmentAnswer;
import portvakt.protocol.v1.EnrolmentListSecret;
import portvakt.protocol.v1.EnrolmentRequest;
import portvakt.protocol.v1.PassageDirection;

/**
 * The gate's side of an enrolment: who the server is comes first, and only a server that the code names, or the one that the gate has
 * already, is shown anything. What comes back counts only when all of it proves.
 */
public final class Enrolling {

    private static final String NOTHING_SENT = " Nothing of the code was sent.";
    private static final String ANSWER = "The server's answer does not prove: ";
    private static final String ANSWER_REMEDY = ". Make a new code and try again; if it stays so, tell support.";

    private final EnrolmentLink link;

    public Enrolling(EnrolmentLink link) {
        this.link = link;
    }

    /** What a gate has that renews. @param authority of its ca.pem @param roots of its root.pub */
    public record Former(TlsIdentity.OwnKey key, X509Certificate authority, RootKeys roots) {}

    /**
     * By a code. The journal goes on from where the server says that this gate's log ends.
     *
     * @param expected who the gate is by its settings, if it has any
     */
    public NewIdentity byCode(EnrolmentCode code, KeyPair keys, Optional<GateAddress> expected)
            throws EnrolmentFailedException {
        EnrolmentServer server = link.server();
        try {
            if (!server.pin().equals(code.pin())) {
                throw new EnrolmentFailedException(
                        "This is not the server that the code is from, or its authority or root keys"
                                + " were changed since. Check the address; if it is right, make a new code there. Should it stay"
                                + " so, somebody between here and the server may be answering in its place."
                                + NOTHING_SENT);
            }
            return ask(server, keys, expected, EnrolmentRequest.newBuilder().setCodeSecret(code.secret()));
        } catch (GeneralSecurityException e) {
            throw unusable(e);
        }
    }

    /** By the identity that the gate has. Of the journal nothing is taken: whoever stole a key may renew too. */
    public NewIdentity renewed(Former former, KeyPair keys, Optional<GateAddress> expected)
            throws EnrolmentFailedException {
        EnrolmentServer server = link.server();
        try {
            if (!server.authorityCertificate().equals(former.authority)) {
                throw new EnrolmentFailedException(
                        "This is not this gate's server: its authority is another one. Check the address.");
            }
            if (!server.pin().equals(ServerPin.of(former.authority, former.roots))) {
                throw new EnrolmentFailedException(
                        "The server has other root keys than this gate was given. Enrol it with a"
                                + " new code, which says which are right.");
            }
            EnrolmentRequest.Builder request = EnrolmentRequest.newBuilder()
                    .setFormerCertificate(
                            ByteString.copyFrom(former.key.certificate().getEncoded()))
                    .setFormerSignature(ByteString.copyFrom(Possession.sign(
                            Possession.By.FORMER_KEY, former.key.key(), server.enrolmentKey(), keys.getPublic())));
            return ask(server, keys, expected, request);
        } catch (GeneralSecurityException e) {
            throw unusable(e);
        }
    }

    private static EnrolmentFailedException unusable(GeneralSecurityException e) {
        return new EnrolmentFailedException(
                "What answers there does not speak for a Portvakt server (" + e.getMessage() + "). Check the address."
                        + NOTHING_SENT,
                false,
                e);
    }

    private NewIdentity ask(
            EnrolmentServer server, KeyPair keys, Optional<GateAddress> expected, EnrolmentRequest.Builder request)
            throws EnrolmentFailedException, GeneralSecurityException {
        PublicKey recipient = server.enrolmentKey();
        SealedBox box = SealedBox.to(recipient, EnrolmentServer.info());
        request.setPublicKey(ByteString.copyFrom(keys.getPublic().getEncoded()))
                .setPossession(ByteString.copyFrom(
                        Possession.sign(Possession.By.NEW_KEY, keys.getPrivate(), recipient, keys.getPublic())));
        expected.ifPresent(gate -> request.setSite(gate.site()).setGate(gate.gate()));
        byte[] sealed = link.send(box.encapsulated(), box.seal(request.build().toByteArray()));
        try {
            EnrolmentAnswer answer = EnrolmentAnswer.parseFrom(box.openAnswer(sealed));
            boolean renewal = !request.getFormerCertificate().isEmpty();
            return proved(server, keys, answer, renewal ? JournalStart.NONE : logEnd(answer));
        } catch (GeneralSecurityException | InvalidProtocolBufferException e) {
            throw new EnrolmentFailedException(
                    ANSWER + "it was not made by who could read the request" + ANSWER_REMEDY, false, e);
        }
    }

    private static JournalStart logEnd(EnrolmentAnswer answer) throws EnrolmentFailedException {
        try {
            return answer.getLogEndSequence() == 0
                    ? JournalStart.NONE
                    : new JournalStart(answer.getLogEndSequence(), answer.getLogEndHash());
        } catch (IllegalArgumentException e) {
            throw new EnrolmentFailedException(
                    ANSWER + "where the gate's log ends is no place in one" + ANSWER_REMEDY, false, e);
        }
    }

    private NewIdentity proved(EnrolmentServer server, KeyPair keys, EnrolmentAnswer answer, JournalStart start)
            throws EnrolmentFailedException, GeneralSecurityException {
        X509Certificate certificate = (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(
                        new ByteArrayInputStream(answer.getCertificate().toByteArray()));
        certificate.verify(server.authorityCertificate().getPublicKey());
        require(certificate.getPublicKey().equals(keys.getPublic()), "the certificate is another key's");
        require(
                Topics.isName(answer.getSite())
                        && Topics.isName(answer.getGate())
                        && certificate
                                .getSubjectX500Principal()
                                .getName()
                                .equals("CN=gate:" + answer.getSite() + ":" + answer.getGate()),
                "the certificate names another gate");
        require(answer.getDirection() != PassageDirection.UNRECOGNIZED, "the direction is none that is known here");
        try {
            TrustFiles.prove(answer.getTrustFile().toByteArray(), server.rootKeys());
        } catch (UnprovedTrustException | MalformedTrustException e) {
            throw new EnrolmentFailedException(ANSWER + "the trust file, " + e.getMessage() + ANSWER_REMEDY, false, e);
        }
        require(answer.getListsCount() > 0, "there is no list");
        for (EnrolmentListSecret list : answer.getListsList()) {
            require(
                    Topics.isName(list.getList()) && list.getSecret().size() == CardKeys.SECRET_BYTES,
                    "a list's secret is none");
        }
        try {
            return new NewIdentity(
                    new GateAddress(answer.getSite(), answer.getGate()),
                    answer.getDirection() == PassageDirection.PASSAGE_DIRECTION_OUT ? Direction.OUT : Direction.IN,
                    Optional.of(answer.getBroker()).filter(broker -> !broker.isEmpty()),
                    files(server, keys, certificate, answer, start));
        } catch (IOException e) {
            throw new IllegalStateException("a key store cannot be written into memory", e);
        }
    }

    private static void require(boolean holds, String otherwise) throws EnrolmentFailedException {
        if (!holds) {
            throw new EnrolmentFailedException(ANSWER + otherwise + ANSWER_REMEDY);
        }
    }

    private SequencedMap<String, byte[]> files(
            EnrolmentServer server,
            KeyPair keys,
            X509Certificate certificate,
            EnrolmentAnswer answer,
            JournalStart start)
            throws GeneralSecurityException, IOException {
        String password = Pkcs12.password();
        SequencedMap<String, byte[]> files = new LinkedHashMap<>();
        files.put(
                "gate.p12",
                Pkcs12.identity(keys.getPrivate(), List.of(certificate, server.authorityCertificate()), password));
        files.put("gate.p12.password", text(password + "\n"));
        files.put("ca.pem", text(server.authority()));
        files.put("root.pub", text(server.roots()));
        files.put("root.threshold", text(server.threshold() + "\n"));
        files.put("trust.signed", answer.getTrustFile().toByteArray());
        for (EnrolmentListSecret list : answer.getListsList()) {
            files.put(
                    "lists/" + list.getList() + ".secret",
                    text(HexFormat.of().formatHex(list.getSecret().toByteArray()) + "\n"));
        }
        if (!start.isNone()) {
            files.put(JournalStart.FILE, text(start.text()));
        }
        return files;
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
