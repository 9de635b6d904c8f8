/**
 * Card status lists on the wire and on disk: the head that is signed, the bucket table that proves the keys, the keyed
 * permutation under which cards stand in a list, and the cuts for transport.
 *
 * <p>A list's file, and what a snapshot's messages carry, is the same canonical sequence: head, table, keys.
 */
package portvakt.protocol.list;
