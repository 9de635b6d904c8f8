package portvakt.server.web.view;

/** A muster to take along: for paper, and for a phone without a network. @param made when */
public record MusterCopyView(MusterBoardView board, String made) {}
