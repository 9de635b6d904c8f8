/** What is right and wrong with a gate's computer, judged from facts and said in plain words: for {@code selftest} and {@code rescue}. */
package portvakt.gate.check;
