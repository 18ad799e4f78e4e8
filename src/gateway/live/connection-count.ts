/** How many connections each subject holds: sockets and event streams together. */
export interface ConnectionCount {
  /** @returns gives the place back, once; undefined when the subject holds as many as it may */
  take(subject: string): (() => void) | undefined;
}

export function createConnectionCount(mostPerSubject: number): ConnectionCount {
  const held = new Map<string, number>();

  function giveBack(subject: string): void {
    const left = (held.get(subject) ?? 0) - 1;
    if (left > 0) held.set(subject, left);
    else held.delete(subject);
  }

  return {
    take(subject) {
      const count = held.get(subject) ?? 0;
      if (count >= mostPerSubject) return undefined;
      held.set(subject, count + 1);
      let isHeld = true;
      return () => {
        if (isHeld) giveBack(subject);
        isHeld = false;
      };
    },
  };
}
