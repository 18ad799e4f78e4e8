/** Prints progress to stderr, which Jest does not capture: the harness takes seconds, on a new machine minutes. */
export function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Prints in a box, for important lines. */
export function tellLoudly(line: string): void {
  const rule = '═'.repeat(line.length + 4);
  tell(`╔${rule}╗\n║  ${line}  ║\n╚${rule}╝`);
}
