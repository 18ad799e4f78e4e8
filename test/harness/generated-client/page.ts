import { readFileSync } from 'node:fs';
import path from 'node:path';

/** The options of openapi-generator that the page gives for a language, by their names without dashes. */
export type Settings = ReadonlyMap<string, string>;

const PAGE = path.join(__dirname, '../../../docs/rest.md');
const page = readFileSync(PAGE, 'utf8');

/** @throws Error when the page's table has no row for the language */
export function settingsFor(language: string): Settings {
  const row = page.split('\n').find((line) => line.startsWith(`| ${language} | \`-g `));
  const [, options] = /^\|[^|]+\| `([^`]+)` \|/.exec(row ?? '') ?? [];
  if (options === undefined) throw new Error(`docs/rest.md has no settings for ${language}.`);
  const words = options.replace(/^-g/, '--generator-name').split(' ');
  return new Map(
    words.flatMap((word, index) => (word.startsWith('--') ? [[word.slice(2), words[index + 1] ?? '']] : [])),
  );
}

/** The first block of the page in that language. @throws Error when there is none below the heading */
export function blockOf(language: string, heading: string): string {
  const section = page.split(/^##+ /m).find((part) => part.startsWith(`${heading}\n`));
  const [, block] = new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, 'ms').exec(section ?? '') ?? [];
  if (block === undefined) throw new Error(`docs/rest.md has no block of ${language} below "${heading}".`);
  return block;
}
