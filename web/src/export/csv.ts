/** Excel takes a file without this mark for one in the code page of Windows, and Korean for gibberish. */
const BYTE_ORDER_MARK = '\uFEFF';
/**
 * Text that begins like this, a spreadsheet would execute (OWASP, CSV injection), full-width signs where East Asian
 * text is usual. Names come from outside.
 */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

/** Rows as a CSV file that spreadsheets open as it is meant (RFC 4180, UTF-8). */
export function toCsv(rows: readonly (readonly (string | number)[])[]): string {
  return BYTE_ORDER_MARK + rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

function cell(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  // Where a spreadsheet takes semicolons or tabs for separators, they must not begin a cell either.
  return /[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
