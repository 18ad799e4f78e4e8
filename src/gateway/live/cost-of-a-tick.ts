/** What an event's cohorts are charged with for each operation: all alike, as long as none is told what it costs. */
export const COST_OF_A_TICK = 1;
