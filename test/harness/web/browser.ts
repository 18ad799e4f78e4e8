import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { isRoot } from '../machine/commands';
import { chromiumProgram } from './chromium';

/** A tab, and its browser's errors: failed scripts, and violations of the page's policy. */
export interface Tab {
  readonly page: Page;
  readonly complaints: readonly string[];
  readonly close: () => Promise<void>;
}

export interface TestBrowser {
  /** A tab with a storage of its own. In Korean, and light, unless it is said otherwise. */
  readonly open: (options?: BrowserContextOptions) => Promise<Tab>;
  readonly close: () => Promise<void>;
}

const ARGS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** @param textSize the size of text that the browser's user has set, in pixels */
export async function launchBrowser({ textSize = 16 } = {}): Promise<TestBrowser> {
  const args = [...ARGS, `--blink-settings=defaultFontSize=${textSize}`];
  const browser: Browser = await chromium.launch({
    executablePath: await chromiumProgram(),
    // Chromium's sandbox cannot be had as root.
    args: isRoot() ? [...args, '--no-sandbox'] : args,
  });
  return {
    async open(options = {}) {
      const context = await browser.newContext({
        locale: 'ko-KR',
        colorScheme: 'light',
        viewport: { width: 1280, height: 900 },
        ...options,
      });
      context.setDefaultTimeout(15_000);
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type()))
          complaints.push(`${message.text()} (${message.location().url})`);
      });
      page.on('pageerror', (error) => complaints.push(error.message));
      return { page, complaints, close: () => context.close() };
    },
    close: () => browser.close(),
  };
}
