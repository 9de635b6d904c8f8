package portvakt.server.web.view;

/** The page of one export, for those whose browser runs no script. @param back where it was asked for */
public record ExportPageView(PageFrame frame, ExportView export, String back) {}
