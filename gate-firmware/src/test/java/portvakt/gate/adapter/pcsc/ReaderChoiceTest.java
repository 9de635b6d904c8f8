package portvakt.gate.adapter.pcsc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The contactless slot is found by itself, under the names that pcsc-lite and makers' drivers give, and a module's never. */
class ReaderChoiceTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ACS ACR122U PICC Interface 00 00 | 0",
                "ACS ACR1252 Dual Reader [ACR1252 Dual Reader PICC] 00 00;ACS ACR1252 Dual Reader [ACR1252 Dual Reader SAM] 01 00 | 0",
                "ACS ACR1252 Dual Reader [ACR1252 Dual Reader SAM] 01 00;ACS ACR1252 Dual Reader [ACR1252 Dual Reader PICC] 00 00 | 1",
                "ACS ACR1252 1S CL Reader SAM 0;ACS ACR1252 1S CL Reader PICC 0 | 1",
                "ACS ACR1252 1S CL Reader(1) 00 00;ACS ACR1252 1S CL Reader(2) 00 01 | 0",
                "HID Global OMNIKEY 5422 Smartcard Reader [OMNIKEY 5422 Smartcard Reader] (IM0P6H01EE) 01 00;"
                        + "HID Global OMNIKEY 5422 Smartcard Reader [OMNIKEY 5422CL Smartcard Reader] (IM0P6H01EE) 00 00 | 1",
                "HID Global OMNIKEY 5022 Smart Card Reader 00 00 | 0",
                "Alcor Micro AU9520 00 00;Identiv uTrust 3700 F CL Reader 01 00 | 1",
                "Identiv Identiv uTrust 4711 F CL + SAM Reader 00 00 | 0",
                "Identiv uTrust 3512 SAM slot Token 00 00;ACS ACR122U PICC Interface 01 00 | 1",
                "Portvakt PICC 00 00;Portvakt PICC 00 01 | 0",
                "Some Reader 00 00;Other Reader 01 00 | 0"
            })
    void theContactlessSlotIsChosen(String names, int index) {
        assertThat(ReaderChoice.choose(List.of(names.split(";")), "")).isEqualTo(new ReaderChoice.Chosen(index));
    }

    @Test
    void slotsForModulesAloneAreNoReader() {
        assertThat(ReaderChoice.choose(List.of("ACS ACR1252 Dual Reader [ACR1252 Dual Reader SAM] 01 00"), ""))
                .isInstanceOfSatisfying(
                        ReaderChoice.None.class,
                        none -> assertThat(none.detail()).contains("security modules", "readerName", "SAM] 01 00"));
    }

    @Test
    void aSettingIsObeyedWhateverTheSlotIs() {
        List<String> names = List.of("A Reader PICC 00 00", "A Reader SAM 00 01");
        assertThat(ReaderChoice.choose(names, "SAM")).isEqualTo(new ReaderChoice.Chosen(1));
    }

    @ParameterizedTest
    @CsvSource({
        "ACS ACR122U PICC Interface 00 00, ACR122U",
        "ACS ACR1252 Dual Reader [ACR1252 Dual Reader PICC] 00 00, ACR1252U",
        "ACS ACR1281 1S Dual Reader 00 00, ACS_SESSION_KEY",
        "ACS ACR1251 1S CL Reader 00 00, ACS_SESSION_KEY",
        "Identiv uTrust 3700 F CL Reader 00 00, IDENTIV",
        "SCM Microsystems Inc. SCL3711 reader & NFC device 00 00, IDENTIV",
        "HID Global OMNIKEY 5022 Smart Card Reader 00 00, OMNIKEY",
        "Portvakt PICC 00 00, STANDARD"
    })
    void aReaderIsKnownByItsName(String name, ReaderProfile profile) {
        assertThat(ReaderProfile.of(name)).isEqualTo(profile);
    }
}
