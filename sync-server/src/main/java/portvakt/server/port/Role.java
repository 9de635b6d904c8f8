package portvakt.server.port;

import static portvakt.server.port.Right.*;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** What somebody is, on a site or everywhere. */
public enum Role {
    ADMIN("admin", EnumSet.allOf(Right.class)),
    SITE_MANAGER(
            "site-manager",
            EnumSet.of(
                    SEE_PASSAGES,
                    SEE_CARD_NUMBERS,
                    SEE_GATES,
                    SEE_CARDS,
                    BAR_CARDS,
                    ENROL,
                    ISSUE_PASSES,
                    CORRECT_PRESENCE,
                    HOLD_MUSTER,
                    SEE_SITE_LIST,
                    KEEP_SITE_LIST)),
    GUARD("guard", EnumSet.of(SEE_PASSAGES, SEE_GATES, HOLD_MUSTER)),
    /** Labour inspection, tax office, safety representative: the law gives them the list, and not who came when. */
    INSPECTOR("inspector", EnumSet.of(SEE_SITE_LIST)),
    PRIVACY_OFFICER(
            "privacy-officer",
            EnumSet.of(SEE_PASSAGES, SEE_CARD_NUMBERS, SEE_SITE_LIST, HANDLE_PRIVACY, ERASE, SEE_AUDIT)),
    /** A program with a token. It can neither forget persons nor confirm what asks for a person's eyes. */
    PROGRAM(
            "program",
            EnumSet.of(
                    SEE_PASSAGES,
                    SEE_CARD_NUMBERS,
                    SEE_GATES,
                    SEE_CARDS,
                    BAR_CARDS,
                    ENROL,
                    ISSUE_PASSES,
                    CORRECT_PRESENCE,
                    SEE_SITE_LIST,
                    KEEP_SITE_LIST,
                    EXPORT_EVIDENCE,
                    IMPORT_REGISTER,
                    SEE_KEYS));

    private final String code;
    private final Set<Right> rights;

    Role(String code, Set<Right> rights) {
        this.code = code;
        this.rights = rights;
    }

    /** As it is kept and written. */
    public String code() {
        return code;
    }

    public boolean has(Right right) {
        return rights.contains(right);
    }

    /** Empty for a code of another version of this program: such a role may do nothing. */
    public static Optional<Role> of(String code) {
        return Arrays.stream(values()).filter(role -> role.code.equals(code)).findAny();
    }
}
