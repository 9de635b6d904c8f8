/**
 * The contactless reader over PC/SC. The only package that may import {@code javax.smartcardio}.
 *
 * <p>{@link portvakt.gate.adapter.pcsc.CardProbe} and what it uses talk to a card through the one method of
 * {@link portvakt.gate.adapter.pcsc.Apdus}, and know nothing of readers, daemons or threads.
 * {@link portvakt.gate.adapter.pcsc.PcscReader} owns those.
 *
 * <ul>
 *   <li><b>APDU</b>: one command to a card, or its answer (ISO 7816-4); <b>SW</b>: the answer's last two bytes.
 *   <li><b>UID</b>: what a contactless chip calls itself before any authentication (ISO 14443-3).
 *   <li><b>block</b>: 16 bytes of a MIFARE Classic chip; <b>sector</b>: 4 blocks, or 16 from block 128 on; its last block, the
 *       <b>trailer</b>, holds its two keys, A and B.
 * </ul>
 */
package portvakt.gate.adapter.pcsc;
