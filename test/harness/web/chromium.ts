import { existsSync } from 'node:fs';
import { findProgram } from '../machine/commands';
import { install } from '../machine/debian';

/** Debian's Korean fonts: without them a browser draws boxes, and the pictures are worth nothing. */
const FONTS = '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc';

/**
 * Debian's Chromium, installed if need be.
 * @throws Error saying what to install, where this process may not
 */
export async function chromiumProgram(): Promise<string> {
  const found = findProgram('chromium');
  if (found !== undefined && existsSync(FONTS)) return found;
  await install(['chromium', 'fonts-noto-cjk'], 'web: Chromium or its Korean fonts are missing');
  const installed = findProgram('chromium');
  if (installed === undefined) throw new Error('web: chromium is not where its package puts it.');
  return installed;
}
