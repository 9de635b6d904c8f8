package portvakt.server;

import portvakt.server.port.AccessAudit;
import portvakt.server.port.PersonalData;
import portvakt.server.port.PrivacyCases;
import portvakt.server.port.Restrictions;
import portvakt.server.port.RowCorrections;
import portvakt.server.port.SiteList;

/** What a running server has to answer for personal data with. All safe for any thread. */
public record PrivacyParts(
        AccessAudit audit,
        SiteList siteList,
        Restrictions restrictions,
        PrivacyCases cases,
        RowCorrections corrections,
        PersonalData personalData) {}
