/**
 * What gate and server say to each other, and the words they say it in.
 *
 * <ul>
 *   <li><b>access point</b>: readers, turnstile and request-to-exit "controlling access in one direction" (ONVIF Access Control
 *       20.06; IEC 60839-11-32 calls this the portal side). A two-way turnstile is two.
 *   <li><b>gate</b>: one access control unit, the computer at one access point, and the program on it.
 *   <li><b>credential</b>: what is shown: an HSE card, a code. <b>Holder</b>: the person it was issued to.
 *   <li><b>granted</b>: decided, nobody has moved. <b>Taken</b>: the arm turned; only this puts a person on site.
 *   <li><b>card status list</b>: the cards that a register says are revoked or suspended, at one <b>version</b>; signed by its
 *       <b>head</b>.
 *   <li><b>enrolment</b>: a chip's UID bound to a card number by a site manager.
 *   <li><b>assurance</b>: how surely a read names its holder.
 *   <li><b>pass</b>: a signed code for somebody who lawfully has no card.
 *   <li><b>REX</b>: request to exit, the button inside.
 * </ul>
 */
package portvakt.protocol;
