import { toCsv } from '../../../web/src/export/csv';

describe('a CSV file', () => {
  it('begins with the mark that tells Excel its encoding, and ends every row', () => {
    expect(toCsv([['시각', 1]])).toBe('\uFEFF시각,1\r\n');
  });

  it('quotes what holds a comma, a quote or a line break', () => {
    expect(toCsv([['a,b', 'say "hi"', 'two\nlines']])).toBe('\uFEFF"a,b","say ""hi""","two\nlines"\r\n');
  });

  it('keeps a name together where semicolons or tabs divide cells', () => {
    expect(toCsv([['a;=1+1', 'b\t=1+1']])).toBe('\uFEFF"a;=1+1","b\t=1+1"\r\n');
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '＝1+1', '＠SUM(A1)'])(
    'lets no spreadsheet execute %j',
    (name) => {
      expect(toCsv([[name]])).toBe(`\uFEFF'${name}\r\n`);
    },
  );

  it.each(['\tx', '\n=1+1'])('nor %j, which has to be quoted as well', (name) => {
    expect(toCsv([[name]])).toBe(`\uFEFF"'${name}"\r\n`);
  });

  it('leaves numbers as they are', () => {
    expect(toCsv([[-3, 1.5]])).toBe('\uFEFF-3,1.5\r\n');
  });
});
