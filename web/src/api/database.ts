import { signal } from '@preact/signals';

/** Whether the service says that its database cannot be reached: what is shown stays, and nothing newer comes. */
export const isDatabaseAway = signal(false);

/** Calls back when the database is there again after it was away. @returns calls it off */
export function whenDatabaseIsBack(onReturn: () => void): () => void {
  let wasAway = false;
  return isDatabaseAway.subscribe((isAway) => {
    if (wasAway && !isAway) onReturn();
    wasAway = isAway;
  });
}
