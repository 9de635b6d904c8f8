package portvakt.server.port;

/** What somebody may do, on a site or with the whole server. {@link Role} says who has which. */
public enum Right {
    /** Who went through when, and who is on site. */
    SEE_PASSAGES,
    /** Card numbers and UIDs whole; to others they are masked. */
    SEE_CARD_NUMBERS,
    /** How gates and lists are; nothing of persons. */
    SEE_GATES,
    /** What is said of a card on a list, and the history of it. */
    SEE_CARDS,
    /** Put a card onto the site's own list, and take it off. */
    BAR_CARDS,
    /** Bind chips to card numbers. */
    ENROL,
    /** Issue passes, see them and take them back. */
    ISSUE_PASSES,
    /** State who was on site, and forgive who entered twice. */
    CORRECT_PRESENCE,
    /** Tick people off in an emergency or a drill. */
    HOLD_MUSTER,
    /** The list that byggherreforskriften § 15 asks for. */
    SEE_SITE_LIST,
    /** Change that list. */
    KEEP_SITE_LIST,
    /** Answer people who ask for what is theirs by law: access, rectification, restriction, objection. */
    HANDLE_PRIVACY,
    /** Have persons forgotten. */
    ERASE,
    /** Who read or changed what. */
    SEE_AUDIT,
    /** How a site is set up. */
    MANAGE_SITE,
    /** A gate's whole chain, with everybody in it. */
    EXPORT_EVIDENCE,
    /** Send a file that changes the register's list. */
    IMPORT_REGISTER(true),
    /** Let through what a guard against mass releases has held. */
    CONFIRM_REGISTER(true),
    /** Which keys the gates are told to believe. */
    SEE_KEYS(true),
    /** Accounts, roles and tokens. */
    MANAGE_ACCOUNTS(true);

    private final boolean wholeServer;

    Right() {
        this(false);
    }

    Right(boolean wholeServer) {
        this.wholeServer = wholeServer;
    }

    /** Whether it takes a role that is not bound to a site. */
    public boolean isOfWholeServer() {
        return wholeServer;
    }
}
