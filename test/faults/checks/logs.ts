import { readFileSync, statSync } from 'node:fs';

/** The lines that processes have logged since some moment. */
export interface LogWatch {
  /** @returns problems: secrets, and too many lines */
  problems(): string[];
}

/** The service logs a line at the beginning and the end of a failure, and counts between: every fault needs only a few. */
const MOST_LINES = 60;
const SECRETS = /secretKey|postgres:\w+@/;

/** @param files the current logs; called again later for new ones */
export function watchLogs(files: () => readonly string[]): LogWatch {
  const before = new Map(files().map((file) => [file, statSync(file).size]));
  return {
    problems: () =>
      files().flatMap((file) => {
        const lines = readFileSync(file)
          .subarray(before.get(file) ?? 0)
          .toString()
          .split('\n')
          .slice(0, -1);
        const secret = lines.find((line) => SECRETS.test(line));
        return [
          ...(lines.length > MOST_LINES
            ? [`${lines.length} lines were logged to ${file}, most of them: ${mostOf(lines)}`]
            : []),
          ...(secret === undefined ? [] : [`a secret was logged to ${file}: ${secret.slice(0, 200)}`]),
        ];
      }),
  };
}

function mostOf(lines: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const line of lines) {
    const message = /"msg":"([^"]{0,80})/.exec(line)?.[1] ?? line.slice(0, 80);
    counts.set(message, (counts.get(message) ?? 0) + 1);
  }
  const [most] = [...counts].sort(([, one], [, other]) => other - one);
  return most === undefined ? '' : `${most[1]} × “${most[0]}”`;
}
