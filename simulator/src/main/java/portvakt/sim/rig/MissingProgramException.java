package portvakt.sim.rig;

import java.io.IOException;

/** A program of the operating system is not there. The message names it, what it is for and the Debian package that has it. */
public final class MissingProgramException extends IOException {
    private static final long serialVersionUID = 1L;

    MissingProgramException(String program, String debianPackage, String why) {
        super("there is no " + program + ", which is needed for " + why + ". Install the Debian package "
                + debianPackage + ".");
    }
}
