import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { loadConfig } from '../../../src/config';
import { VARIABLE_NAMES } from '../../../src/config/variables';
import { anyZone } from './load';

const file = readFileSync(join(__dirname, '../../../.env.example'), 'utf8');
const example = parseEnv(file);

describe('.env.example', () => {
  test('names every variable, and no other', () => {
    expect(Object.keys(example).sort()).toEqual([...VARIABLE_NAMES].sort());
  });

  test('names each once', () => {
    const names = [...file.matchAll(/^([A-Z_]+)=/gm)].map((match) => match[1]);
    expect(names).toHaveLength(new Set(names).size);
  });

  test('gives the defaults', () => {
    expect(loadConfig({ ...example }, anyZone)).toEqual(loadConfig({}, anyZone));
  });

  test('shows a default wherever there is one', () => {
    const shown = Object.keys(example).filter((name) => example[name] !== '');
    expect(shown).toEqual(
      expect.arrayContaining(['PORT', 'BASE_PATH', 'ROLES', 'DATA_DIR', 'BUSINESS_TIME_ZONE', 'LOG_LEVEL']),
    );
  });
});
