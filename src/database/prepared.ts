/**
 * Statements that a server is to keep parsed and planned, each under a name of its own on every connection: for those
 * that are long and asked again and again, planning costs more than answering.
 */
const names = new Map<string, string>();

/** @returns the text, as it has to be asked for */
export function prepared(name: string, text: string): string {
  names.set(text, name);
  return text;
}

/** @returns the name to keep a statement under; empty for one that is not kept */
export function preparedName({ sql }: { readonly sql: string }): string {
  return names.get(sql) ?? '';
}
