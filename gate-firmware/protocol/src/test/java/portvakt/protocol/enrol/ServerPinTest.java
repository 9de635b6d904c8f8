package portvakt.protocol.enrol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.GeneralSecurityException;
import org.junit.jupiter.api.Test;

/** Codes are typed into gates of other versions than the server's: pin and check symbol stay as another program reckoned them. */
class ServerPinTest {

    private static final String AUTHORITY = """
            -----BEGIN CERTIFICATE-----
            MIIBjzCCATWgAwIBAgIUCjrk9LntsruKxgjeSuX8yDZFS0EwCgYIKoZIzj0EAwIw
            HTEbMBkGA1UEAwwSUG9ydHZha3QgYXV0aG9yaXR5MB4XDTI2MTEyODExNTgxMFoX
            DTM2MTEyNTExNTgxMFowHTEbMBkGA1UEAwwSUG9ydHZha3QgYXV0aG9yaXR5MFkw
            EwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEVOWpl3xNDZHSUumBlWb4/JfTFiNEAHLb
            VZK3qv1dOZ+7DdOiOuq1P9LG5HgoZQeBtYcgt9vNDV5SlHx+UwqYB6NTMFEwHQYD
            VR0OBBYEFCG9e/dRMkLY9DG+X5MdGCJhiPJCMB8GA1UdIwQYMBaAFCG9e/dRMkLY
            9DG+X5MdGCJhiPJCMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIg
            ckzVtheOGddh0K5nMgwZRgtBq8VBjIDzM0A9NMdR42gCIQC3Mmceo2KTKphGRRVM
            yjGcPueqesO20RUaRc/PtvJ3iw==
            -----END CERTIFICATE-----
            """;

    private static final String FIRST_ROOT = """
            -----BEGIN PUBLIC KEY-----
            MCowBQYDK2VwAyEAHAQleIW+aQbSupEsQ4+lA8RIgQVskJHi+B6q3t2KmJA=
            -----END PUBLIC KEY-----
            """;

    private static final String SECOND_ROOT = """
            -----BEGIN PUBLIC KEY-----
            MCowBQYDK2VwAyEA853DiwQrHHFy/0D+yx9+BI4+WIj6wdRjrGZ5EmHmIFY=
            -----END PUBLIC KEY-----
            """;

    private static ServerPin pin(String roots, int threshold) throws GeneralSecurityException {
        return new EnrolmentServer(AUTHORITY, roots, threshold, AUTHORITY).pin();
    }

    @Test
    void isAsItWas() throws Exception {
        assertThat(pin(FIRST_ROOT + SECOND_ROOT, 2).symbols()).isEqualTo("2PWF3FRKNCRQN5A");
        assertThat(EnrolmentCode.parse("2PWF3FRKNCRQN5A0A1B2C3D4E5F0").secret()).isEqualTo("0A1B2C3D4E5F");
        assertThat(EnrolmentCode.parse("2PWF3FRKNCRQN5A0A1B2C3D4E5F0").pin().symbols())
                .isEqualTo("2PWF3FRKNCRQN5A");
    }

    @Test
    void theOrderOfTheKeysDoesNotMatterAndAllElseDoes() throws Exception {
        ServerPin pin = pin(FIRST_ROOT + SECOND_ROOT, 2);
        assertThat(pin(SECOND_ROOT + FIRST_ROOT, 2)).isEqualTo(pin);
        assertThat(pin(FIRST_ROOT + SECOND_ROOT, 1)).isNotEqualTo(pin);
        assertThat(pin(FIRST_ROOT, 1)).isNotEqualTo(pin(SECOND_ROOT, 1));
    }

    @Test
    void whatIsNoServerHasNone() {
        assertThatThrownBy(() -> new EnrolmentServer("nonsense", FIRST_ROOT, 1, AUTHORITY).pin())
                .isInstanceOf(GeneralSecurityException.class);
        assertThatThrownBy(() -> pin("nonsense", 1)).isInstanceOf(GeneralSecurityException.class);
        assertThatThrownBy(() -> pin(FIRST_ROOT, 2)).isInstanceOf(GeneralSecurityException.class);
    }
}
