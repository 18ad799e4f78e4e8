/**
 * Secrets that the documentation uses in examples: every reader of it can sign tokens with them. A secret stays here
 * after its page is rewritten, because it has been copied by then.
 */
export const PUBLIC_SECRETS: ReadonlySet<string> = new Set([
  'at least thirty-two bytes that nobody can guess',
  'for trying it out on one machine only',
]);
