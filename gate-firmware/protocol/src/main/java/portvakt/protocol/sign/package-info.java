/** Signatures over the facts that flow down from server to gates. Only the JDK's Ed25519 is used. */
package portvakt.protocol.sign;
