/** The word by which a line says that it is a sum over other lines. */
export type TotalWord = '합계' | '총계' | '소계' | '누계' | '평균' | 'total' | 'subtotal';

const REFUNDED_PARTS = ['취소', '환불', '반품', 'refunds?', 'refunded', 'cancel(?:led)?', 'voids?'];
const SOLD_PARTS = ['승인', '정상', '매출', '판매', '결제', 'sales', 'sold', 'approved'];
const WAYS_TO_PAY = [
  ...[
    '카드',
    '신용',
    '체크',
    '현금',
    '계좌',
    '이체',
    '페이',
    '간편',
    '상품권',
    '기프트',
    '포인트',
    '적립',
    '외상',
    '선불',
    '후불',
    'card',
    'cash',
    'gift',
  ],
];
const WAYS_TO_SELL = ['배달', '포장', '홀', '테이크아웃'];
/** Ways to pay, ways to sell, and other measures than what was sold for: which lines they cover is not known. */
const OTHER_PARTS = [
  ...WAYS_TO_PAY,
  ...WAYS_TO_SELL,
  ...['할인', '쿠폰', '부가세', '세액', '과세', '면세', '공급가', '봉사료', '팁', '건수', '수량', '객수'],
  ...['discounts?', 'tax', 'tips?', 'count', 'qty'],
];
/** What a sum may be over. */
const SPANS = [
  ...[
    '일',
    '일일',
    '일별',
    '월',
    '월별',
    '주',
    '주간',
    '주별',
    '년',
    '연',
    '당일',
    '금일',
    '전일',
    '당월',
    '전월',
    '기간',
  ],
  ...[
    '총',
    '전체',
    '점',
    '매장',
    '점포',
    '지점',
    '포스',
    'pos',
    '영수증',
    '상품',
    '품목',
    '메뉴',
    '금',
    '금액',
    '액',
    '가액',
  ],
];
const PART = `(?:${[...REFUNDED_PARTS, ...SOLD_PARTS, ...OTHER_PARTS, ...SPANS].join('|')})`;
const WORDS = '합계|총계|소계|누계';
/** The whole of a cell, without its blanks: `총 합 계`, `카드합계`, `합계금액`. */
const WHOLE = new RegExp(`^${PART}*(${WORDS})${PART}*$`);
/** Behind the name of what it is over: `음료 소계`. */
const BEHIND_A_NAME = new RegExp(`\\p{L}\\s*(${WORDS})$`, 'u');
const ALONE: readonly (readonly [RegExp, TotalWord])[] = [
  [
    /^(?:일|일자|영업일|월|주|년|총|점|매장|점포|지점|전체|포스|pos|영수증|카드사?|현금|품목|메뉴)?계$/,
    '합계',
  ],
  [/^(?:일|일일|월|주|전체|총)?평균$|^average$/, '평균'],
  [/^(?:일|일일|월|주|년|총|당일|금일|전일|전체|기간)매출(?:액|합)?$/, '합계'],
  [/^총?합$/, '합계'],
  [/^(?:일별|월별)?누적$/, '누계'],
  [/^(?:grand|daily|overall)?totals?$/, 'total'],
  [/^sum$/, 'total'],
  [/^subtotals?$/, 'subtotal'],
];
/** Say so only where nothing else on the line is a word: `취소구분` may say 전체 of a sale. */
const ONLY_WORD = /^(?:전체|합산|총합산|집계|총집계|(?:일|월|매출)집계|결산|(?:일|월)결산|총액|총금액|all)$/;
/** Rules out most cells at little cost. */
const MAY_BE = /[계적합Ａ-ｚ]|매출|평균|total|sum|average/i;
const DAY_BEFORE =
  /^(?:\d{4}\s*년\s*)?(?:\d{1,2}\s*월(?:\s*\d{1,2}\s*일)?|\d{4}[-./]?\s*\d{1,2}[-./]?\s*\d{1,2}\.?|\d{1,2}[-./]\d{1,2})(?=\D)/;
const IN_BRACKETS = /[([][^)\]]*[)\]]/g;
const COUNT = /\d[\d,]*\s*(?:건|개|명|매|장|원)?/g;
/** A name longer than this is a sentence that happens to have the word. */
const LONGEST = 24;

/** @returns undefined when the cell does not say that its line is a sum */
export function totalWordOf(cell: string): TotalWord | undefined {
  if (!MAY_BE.test(cell)) return undefined;
  const text = wordsOf(cell);
  if (text === undefined) return undefined;
  const bare = text.replace(/\s/g, '');
  const word = WHOLE.exec(bare)?.[1] ?? BEHIND_A_NAME.exec(text)?.[1];
  return (word as TotalWord | undefined) ?? ALONE.find(([form]) => form.test(bare))?.[1];
}

const PARTS_ALONE = new RegExp(`^${PART}+$`);

/** Whether a cell says nothing but which part of the lines it is about: `승인 2건`. */
export function namesPart(cell: string): boolean {
  const words = wordsOf(cell)?.replace(/\s/g, '') ?? '';
  // `1일` is a day, though it cannot be read.
  return PARTS_ALONE.test(words) && partOf(words) !== 'whole';
}

const COUNT_OF_SALES = '\\d[\\d,]*\\s*건';
const HOLDS_COUNT = new RegExp(COUNT_OF_SALES);
const COUNT_ALONE = new RegExp(`^(?:총|계)?\\s*${COUNT_OF_SALES}$`);

/** Whether a cell says beside its words how many sales there are: `승인 2건`. */
export function holdsCount(cell: string): boolean {
  return HOLDS_COUNT.test(cell.normalize('NFKC'));
}

/** Whether a cell says nothing but how many sales there are. */
export function isCount(cell: string): boolean {
  return COUNT_ALONE.test(cell.normalize('NFKC').trim());
}

/** @returns undefined where the cell is empty, or a sentence */
function wordsOf(cell: string): string | undefined {
  const plain = cell.normalize('NFKC').toLowerCase().trim();
  if (plain === '' || plain.replace(/\s/g, '').length > LONGEST) return undefined;
  // `[합계]` has nothing beside its brackets.
  const named = plain.replace(DAY_BEFORE, '').replace(IN_BRACKETS, '');
  return (/\p{L}/u.test(named) ? named : plain)
    .replace(COUNT, '')
    .replace(/[^\p{L}\s]/gu, '')
    .trim();
}

/** The cell by which a line says that it is a sum. */
export function totalCellOf(
  cells: readonly string[],
): { readonly column: number; readonly word: TotalWord } | undefined {
  let [onlyWord, words] = [-1, 0];
  for (const [column, cell] of cells.entries()) {
    const word = totalWordOf(cell);
    if (word !== undefined) return { column, word };
    if (!/\p{L}/u.test(cell)) continue;
    words += 1;
    if (
      ONLY_WORD.test(
        cell
          .normalize('NFKC')
          .toLowerCase()
          .replace(/[^\p{L}]/gu, ''),
      )
    )
      onlyWord = column;
  }
  return words === 1 && onlyWord >= 0 ? { column: onlyWord, word: '합계' } : undefined;
}

/** Which part of the lines a total is of, by what it calls itself beside its word. */
export type Part = 'whole' | 'sold' | 'refunded' | 'other';

const REFUNDED = new RegExp(REFUNDED_PARTS.join('|'), 'i');
const SOLD = new RegExp(SOLD_PARTS.join('|'), 'i');
const OTHER = new RegExp(OTHER_PARTS.join('|'), 'i');

/** What a total is of that only all ways together make up. */
export type Way = 'paid' | 'sold';

/** Of the whole shop, and beside the other ways to sell of what was eaten there. */
const IN_THE_SHOP = '매장';
const ofWays = (ways: readonly string[]): RegExp =>
  new RegExp(`^(?:${[...ways, ...SOLD_PARTS, ...SPANS, WORDS, '계'].join('|')})+$`, 'i');
const PAID_SOMEHOW = ofWays(WAYS_TO_PAY);
const SOLD_SOMEHOW = ofWays([...WAYS_TO_SELL, IN_THE_SHOP]);

export function wayOf(name: string): Way | undefined {
  const part = partOf(name);
  if (part === 'other' && PAID_SOMEHOW.test(name)) return 'paid';
  const isSoldSomehow = part === 'other' || (part === 'whole' && name.includes(IN_THE_SHOP));
  return isSoldSomehow && SOLD_SOMEHOW.test(name) ? 'sold' : undefined;
}

export function partOf(name: string): Part {
  if (REFUNDED.test(name)) return 'refunded';
  if (OTHER.test(name)) return 'other';
  return SOLD.test(name) ? 'sold' : 'whole';
}
