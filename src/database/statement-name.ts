import { preparedName } from './prepared';

/** What a statement is called where it is told of: never with its parameters. */
export interface StatementName {
  /** The name that it is kept under, or what it does to which table. */
  readonly name: string;
  /** Its verb, where one is found. */
  readonly verb: string | undefined;
  /** The first table that it changes, or else reads. */
  readonly table: string | undefined;
}

/** The texts are of a limited number; those that are put together for a distributed database are not few. */
const MOST_KNOWN = 2_000;
const known = new Map<string, StatementName>();

export function statementName(sql: string): StatementName {
  const found = known.get(sql);
  if (found !== undefined) return found;
  const made = nameOf(sql);
  if (known.size < MOST_KNOWN) known.set(sql, made);
  return made;
}

const CHANGES =
  /\b(INSERT)\s+INTO\s+"?(\w+)|\b(UPDATE)\s+"?(\w+)"?\s+(?:AS\s+\w+\s+)?SET\b|\b(DELETE)\s+FROM\s+"?(\w+)/;
/** Not the alias of a part of the statement itself. */
const READS = /\b(?:FROM|JOIN)\s+"?([a-z]\w*)/g;
const PARTS = /\b(\w+)\s+AS\s+(?:MATERIALIZED\s*)?\(/g;
const VERB = /^\s*(?:WITH\b[^]*?\b)?(SELECT|LOCK|SET)\b/;

function nameOf(sql: string): StatementName {
  const changed = CHANGES.exec(sql)?.slice(1).filter(Boolean);
  const [verb, table] = changed ?? [VERB.exec(sql)?.[1], tableRead(sql)];
  const name = preparedName({ sql }) || [verb, table].filter(Boolean).join(' ') || 'statement';
  return { name, verb, table };
}

function tableRead(sql: string): string | undefined {
  const parts = new Set([...sql.matchAll(PARTS)].map(([, part]) => part));
  const tables = [...sql.matchAll(READS)].map(([, table]) => table);
  return tables.find((table) => table !== 'unnest' && !parts.has(table));
}
