/** A line that shows the progress of a long task. */
export interface Progress {
  /** @param text called only when the line is due, so that frequent updates cost nothing */
  update(text: () => string): void;
  /** Keeps the last line. */
  end(): void;
}

const ON_TERMINAL_MS = 200;
/** In a log file the lines stay, so they are rare. */
const IN_LOG_MS = 5_000;

/** To standard error: standard output has only the result. */
export function createProgress(stream: NodeJS.WriteStream = process.stderr): Progress {
  const everyMs = stream.isTTY ? ON_TERMINAL_MS : IN_LOG_MS;
  let updatedAt = performance.now();
  let isOpen = false;
  return {
    update(text) {
      if (performance.now() - updatedAt < everyMs) return;
      updatedAt = performance.now();
      stream.write(stream.isTTY ? `\r\u001B[K${text()}` : `${text()}\n`);
      isOpen = stream.isTTY;
    },
    end() {
      if (isOpen) stream.write('\n');
      isOpen = false;
    },
  };
}
