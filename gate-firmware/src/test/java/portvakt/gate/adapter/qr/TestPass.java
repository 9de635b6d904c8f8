package portvakt.gate.adapter.qr;

/** A pass by its form; the protocol's golden vector. */
final class TestPass {

    static final String TEXT =
            "PV1:PWGSLK/-4:Q80$S37IN6BV%K EDSQEL2E 8DX/EFN0OJDL3K1T0UIDFB2J-0000Y8ER.GEBS/E7V5010027B8ANENCJWGRV4R54X:"
                    + "17IGVUQFMNOA8BB8HEWBKM.7R2C1.LS: S/ZOLN6QSBR8PROC40HVXG:1R9$D+91DNQ2 T/1JZJR+VT";

    private TestPass() {}
}
