package portvakt.sim.bench;

import java.util.List;

/** What is measured, by the names that forked processes are given. The first is ours, the others are measured against. */
final class Structures {

    static final String SEALED = "sealed";
    static final List<String> ALL = List.of(SEALED, "hashset", "h2", "sqlite", "bitset");

    private Structures() {}

    /**
     * Makes the one that is asked for and touches no class of the others: a cold JVM is measured with it.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    static Structure of(String name) {
        return switch (name) {
            case SEALED -> new SealedStructure();
            case "hashset" -> new HashSetStructure();
            case "h2" -> SqlStructure.h2();
            case "sqlite" -> SqlStructure.sqlite();
            case "bitset" -> new BitsetStructure();
            default -> throw new IllegalArgumentException("there is no structure \"" + name + "\", only " + ALL);
        };
    }
}
