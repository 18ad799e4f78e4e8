/** What the harness does takes seconds, on a new machine minutes: whoever waits is told. Jest leaves stderr alone. */
export function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** For what nobody may overlook. */
export function tellLoudly(line: string): void {
  const rule = '═'.repeat(line.length + 4);
  tell(`╔${rule}╗\n║  ${line}  ║\n╚${rule}╝`);
}
