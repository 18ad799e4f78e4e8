import { rmSync } from 'node:fs';
import { chromiumProgram } from './chromium';
import { OUTPUT } from './output';

/** Jest runs this once before the first test: the browser is there, and the pictures of the last run are not. */
export default async function setUp(): Promise<void> {
  await chromiumProgram();
  rmSync(OUTPUT, { recursive: true, force: true });
}
