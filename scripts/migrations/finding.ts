/** What is wrong with a statement of a migration, for a service of which two releases run at once. */
export interface Finding {
  readonly kind: Kind;
  /** What the statement does, for the beginning of a sentence. */
  readonly what: string;
  /** What to write in its place, a whole sentence. */
  readonly instead: string;
}

export type Kind =
  /** The release before fails on it, or shows what is wrong: no declaration helps. */
  | 'breaks'
  /** It takes away what the release before may use: allowed once that is declared to use it no more. */
  | 'contracts'
  /** It keeps others from their rows for as long as the table is large. */
  | 'blocks';

export const breaks = (what: string, instead: string): Finding => ({ kind: 'breaks', what, instead });
export const contracts = (what: string, instead: string): Finding => ({ kind: 'contracts', what, instead });
export const blocks = (what: string, instead: string): Finding => ({ kind: 'blocks', what, instead });

export const DECLARE_IT =
  'Let a release go out that does not use it, and then write, at the head of the migration: -- Unused since <that release>.';
