/** Repeatable random numbers: the same seed gives the same sequence. */
export interface Random {
  /** 0 ≤ x < 1 */
  next(): number;
  /** A whole number, both ends included. */
  between(least: number, most: number): number;
  /** One of the choices, each as likely as its weight says. */
  pick<Choice>(choices: readonly (readonly [choice: Choice, weight: number])[]): Choice;
  chance(probability: number): boolean;
  uuid(): string;
}

/**
 * Chris Doty-Humphrey's sfc32: its 128 bits of state keep uuids unique in a long sequence and across seeds. A 32-bit
 * generator repeats itself after a few million participants, and all its seeds share one sequence.
 */
export function createRandom(seed: number): Random {
  let [a, b, c, counter] = [0, seed | 0, Math.floor(seed / 2 ** 32) | 0, 1];
  const word = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return sum >>> 0;
  };
  // After twelve rounds neighbouring seeds are uncorrelated, as its author found.
  for (let round = 0; round < 12; round++) word();

  const next = (): number => word() / 2 ** 32;
  const hexWord = (): string => word().toString(16).padStart(8, '0');
  return {
    next,
    between: (least, most) => least + Math.floor(next() * (most - least + 1)),
    chance: (probability) => next() < probability,
    pick(choices) {
      const total = choices.reduce((sum, [, weight]) => sum + weight, 0);
      let left = next() * total;
      for (const [choice, weight] of choices) {
        left -= weight;
        if (left < 0) return choice;
      }
      return choices.at(-1)![0];
    },
    uuid() {
      const hex = hexWord() + hexWord() + hexWord() + hexWord();
      const variant = '89ab'[Number.parseInt(hex[16]!, 16) & 3]!;
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
    },
  };
}
