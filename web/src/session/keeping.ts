const KEPT_AS = 'token';

/** The token as the browser keeps it for this tab alone; gone with the tab. */
export function kept(): string | undefined {
  return ifAllowed(() => sessionStorage.getItem(KEPT_AS)) ?? undefined;
}

export function keep(token: string): void {
  ifAllowed(() => sessionStorage.setItem(KEPT_AS, token));
}

export function forget(): void {
  ifAllowed(() => sessionStorage.removeItem(KEPT_AS));
}

function ifAllowed<Result>(use: () => Result): Result | undefined {
  try {
    return use();
  } catch {
    // Where storage is forbidden, even touching it throws; then a token lasts as long as the page.
    return undefined;
  }
}
