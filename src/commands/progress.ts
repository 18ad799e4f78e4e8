/** One line that tells how far a long work has come. */
export interface Progress {
  /** @param text is asked for when the line is due, so that telling too often costs nothing */
  tell(text: () => string): void;
  /** Leaves the last line as it stands. */
  end(): void;
}

const ON_TERMINAL_MS = 200;
/** In a log file the lines stay, so there are few of them. */
const IN_LOG_MS = 5_000;

/** To standard error, so that standard output holds the result alone. */
export function createProgress(stream: NodeJS.WriteStream = process.stderr): Progress {
  const everyMs = stream.isTTY ? ON_TERMINAL_MS : IN_LOG_MS;
  let toldAt = performance.now();
  let isOpen = false;
  return {
    tell(text) {
      if (performance.now() - toldAt < everyMs) return;
      toldAt = performance.now();
      stream.write(stream.isTTY ? `\r\u001B[K${text()}` : `${text()}\n`);
      isOpen = stream.isTTY;
    },
    end() {
      if (isOpen) stream.write('\n');
      isOpen = false;
    },
  };
}
