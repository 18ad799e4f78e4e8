/** Codes and signs of money, as exports have them beside amounts. */
const CURRENCY = /^(?:[A-Z]{3}|[₩$€¥£]|원화?|달러|엔화?|유로화?|위안화?)$/i;
const WON = /^(?:KRW|₩|원화?)$/i;

export function isCurrency(cell: string): boolean {
  return CURRENCY.test(cell.normalize('NFKC'));
}

/** An empty cell says nothing. */
export function isOtherMoney(cell: string): boolean {
  return cell !== '' && !WON.test(cell.normalize('NFKC'));
}
