/**
 * Orders names by code point, as PostgreSQL's "C" collation orders UTF-8. The language's own comparison goes by UTF-16
 * unit, which puts an emoji (a surrogate pair, from D800) before the letters from E000 on; locale rules differ from
 * machine to machine.
 *
 * @returns negative, zero or positive, as Array.prototype.sort wants it
 */
export function compareNames(left: string, right: string): number {
  const shorter = Math.min(left.length, right.length);
  for (let unit = 0; unit < shorter; unit += 1) {
    // At the first half of a pair this reads the whole pair, so the strings part here before its second half is met.
    const difference = (left.codePointAt(unit) ?? 0) - (right.codePointAt(unit) ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
