/** The word by which a line says that it is a sum over other lines. */
export type TotalWord = (typeof ANYWHERE)[number] | 'total' | 'subtotal';

/** Nothing that is sold is called so, whatever stands around it: `2026-10-01 소계`, `총 합계 (3건)`. */
const ANYWHERE = ['합계', '총계', '소계', '누계'] as const;
const ALONE: readonly (readonly [RegExp, TotalWord])[] = [
  [/^(?:일|월|주|년|총|점|매장|점포|지점|전체)?계$/, '합계'],
  [/^(?:일|일일|월|주|년|총|당일|금일|전일|전체|기간)매출(?:액|합)?$/, '합계'],
  [/^총?합$/, '합계'],
  [/^(?:일별|월별)?누적$/, '누계'],
  [/^(?:grand|daily|overall)?totals?$/, 'total'],
  [/^sum$/, 'total'],
  [/^subtotals?$/, 'subtotal'],
];
/** Rules out most cells at little cost. */
const MAY_BE = /[계적합Ａ-ｚ]|매출|total|sum/i;
const DAY_BEFORE = /^\d{4}(?:[-./]?\d{1,2}[-./]?\d{1,2}\.?|년\d{1,2}월\d{1,2}일)/;
/** A name longer than this is a sentence that happens to have the word. */
const LONGEST = 24;

/** @returns undefined when the cell does not say that its line is a sum */
export function totalWordOf(cell: string): TotalWord | undefined {
  if (!MAY_BE.test(cell)) return undefined;
  const plain = cell.normalize('NFKC').toLowerCase().replace(/\s/g, '');
  if (plain === '' || plain.length > LONGEST) return undefined;
  const anywhere = ANYWHERE.find((word) => plain.includes(word));
  if (anywhere !== undefined) return anywhere;
  const bare = plain
    .replace(DAY_BEFORE, '')
    .replace(/\(.*\)$/, '')
    .replace(/[^\p{L}\p{N}]/gu, '');
  return ALONE.find(([form]) => form.test(bare))?.[1];
}

/** Which part of the lines a total is of, by what it calls itself beside its word. */
export type Part = 'whole' | 'sold' | 'refunded' | 'other';

const REFUNDED = /취소|환불|반품|refund|cancel|void/i;
const SOLD = /승인|정상|매출|판매|결제|sales|sold|approved/i;
/** Ways to pay, ways to sell, and other measures than what was sold for: which lines they cover is not known. */
const OTHER = new RegExp(
  [
    ...[
      '카드',
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
    ],
    ...['할인', '쿠폰', '부가세', '세액', '과세', '면세', '공급가', '봉사료', '팁', '건수', '수량', '객수'],
    ...[
      '배달',
      '포장',
      '홀',
      '테이크아웃',
      'card',
      'cash',
      'discount',
      'tax',
      'tips?',
      'gift',
      'count',
      'qty',
    ],
  ].join('|'),
  'i',
);

export function partOf(name: string): Part {
  if (REFUNDED.test(name)) return 'refunded';
  if (OTHER.test(name)) return 'other';
  return SOLD.test(name) ? 'sold' : 'whole';
}
