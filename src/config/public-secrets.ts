/**
 * Secrets for trying the service out that stand in its own pages: whoever can read those can sign tokens by them. One
 * stays here when its page is rewritten, since it has been copied by then.
 */
export const PUBLIC_SECRETS: ReadonlySet<string> = new Set([
  'at least thirty-two bytes that nobody can guess',
  'for trying it out on one machine only',
]);
