/** Card status lists at the gate: proved, stored, asked. Nothing unproved is kept or used. */
package portvakt.gate.status;
