package portvakt.gate.time;

/** Something about a clock that somebody has to look at. @param kind stable, of an alarm event, for example CLOCK_JUMPED */
public record ClockFault(String kind, String detail) {}
