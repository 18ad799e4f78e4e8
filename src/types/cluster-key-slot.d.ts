/** The package has no types of its own. */
declare module 'cluster-key-slot' {
  /** @returns from 0 to 16383; what stands in the first braces of the key decides alone, where there are some */
  function calculateSlot(key: string): number;
  export = calculateSlot;
}
