/** What the gate needs of the world outside, each the smallest act. Adapters implement it under {@code portvakt.gate.adapter}. */
package portvakt.gate.port;
