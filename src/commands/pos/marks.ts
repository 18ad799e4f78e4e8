import { plainName } from './column-names';

/** What the mark of a line says: that it was sold, given back, or never was a sale. */
export type Mark = 'sold' | 'refunded' | 'left-out';

/** Words that a store's layout knows besides the usual ones, or knows better. */
export interface MarkWords {
  readonly sold?: readonly string[] | undefined;
  readonly refunded?: readonly string[] | undefined;
  readonly leftOut?: readonly string[] | undefined;
}

const REFUNDED = [
  ...['취소', '환불', '반품', '승인취소', '결제취소', '매출취소', '판매취소', '거래취소', '주문취소'],
  ...[
    '전체취소',
    '전체환불',
    '취소완료',
    '환불완료',
    '반품완료',
    '반품매출',
    '취소매출',
    '카드취소',
    '취소승인',
  ],
  ...['refund', 'refunded', 'cancelled', 'canceled', 'void', 'voided'],
];
const SOLD = [
  ...[
    '',
    '-',
    '정상',
    '정상매출',
    '정상승인',
    '승인',
    '승인완료',
    '매출',
    '판매',
    '정상판매',
    '판매완료',
    '결제',
  ],
  ...['결제완료', '완료', '거래완료', '주문완료', '배달완료', '포장완료', '픽업완료', '카드승인'],
  ...['sale', 'payment', 'paid', 'completed'],
];
/** `신용취소`; a part of a sale that was taken back is another thing, and so is what was not. */
const CANCELLED_ENDING = /[^미부분]취소$/;
const APPROVED_ENDING = /[^미불비취소]승인$/;
/** What is said of a refund in words of one's own: `고객취소`, `단순변심 반품`. */
const REFUND_ENDING = /(?:취소|환불|반품)$/;
/** What is longer is a sentence. */
const LONGEST_WORD = 12;
/** Answers, which mean nothing without a question. */
const YES = ['y', 'yes', '예', 'o', 'true'];
const NO = ['n', 'no', '아니오', '아니요', 'x', 'false'];
const OF_REFUNDS = /취소|환불|반품|refund|cancel/;
const ASKS = /(?:여부|유무|flag|yn)$/;
/** Such a column tells kinds apart, and has codes of its own for them: 1 may be the usual sale. */
const TELLS_KINDS = /(?:구분|상태|유형|종류|status|type)$/;

export type MarkReader = (cell: string) => Mark | undefined;

/**
 * Makes a reader of marks.
 *
 * @param name of the column, which decides what yes and no, and 1 and 0, mean
 * @param told whether the user named the column, so that its numbers are no counts, and whether the endings of its words tell
 */
export function createMarkReader(
  name: string,
  words: MarkWords = {},
  {
    isChosen = false,
    hasEndings = false,
  }: { readonly isChosen?: boolean; readonly hasEndings?: boolean } = {},
): MarkReader {
  const marks = new Map<string, Mark>();
  const add = (known: readonly string[], mark: Mark): void => {
    for (const word of known) marks.set(plainMark(word), mark);
  };
  add(SOLD, 'sold');
  add(REFUNDED, 'refunded');
  const plain = plainName(name);
  const isOfRefunds = isChosen || OF_REFUNDS.test(plain);
  if (isOfRefunds && !tellsKinds(name)) {
    add(NO, 'sold');
    add(YES, 'refunded');
    if (isChosen || ASKS.test(plain)) {
      add(['0'], 'sold');
      add(['1'], 'refunded');
    }
  }
  add(words.sold ?? [], 'sold');
  add(words.refunded ?? [], 'refunded');
  add(words.leftOut ?? [], 'left-out');
  return (cell) => {
    const plain = plainMark(cell);
    return marks.get(plain) ?? (hasEndings ? markByEnding(plain) : undefined);
  };
}

function markByEnding(plain: string): Mark | undefined {
  if (CANCELLED_ENDING.test(plain)) return 'refunded';
  return APPROVED_ENDING.test(plain) ? 'sold' : undefined;
}

/** Whether words of a column end in what tells refunds from sales, so that their endings tell. */
export function isCancelledByEnding(cell: string): boolean {
  return CANCELLED_ENDING.test(plainMark(cell));
}

const REFUND_WORDS = new Set(REFUNDED);

/** Whether a cell of any column speaks of a refund. */
export function speaksOfRefund(cell: string): boolean {
  const plain = plainMark(cell);
  return REFUND_WORDS.has(plain) || (plain.length <= LONGEST_WORD && REFUND_ENDING.test(plain));
}

/** Whether a column of this name tells kinds of sales apart by words or codes of its own. */
export function tellsKinds(name: string): boolean {
  return TELLS_KINDS.test(plainName(name));
}

/** How a thing was served, and how it was paid. */
const WAYS = new Set([
  ...['홀', '매장', '매장식사', '내점', '포장', '방문포장', '테이크아웃', '픽업', '배달', '배송'],
  ...['카드', '신용카드', '체크카드', '현금', '간편결제', '계좌이체', '상품권', '외상'],
  ...['dinein', 'eatin', 'takeout', 'togo', 'pickup', 'delivery', 'card', 'cash'],
]);

/** Whether a cell says how something was served or paid, which it may have been when it was taken back as well. */
export function isWay(cell: string): boolean {
  return WAYS.has(plainMark(cell).replace(/[-_]/g, ''));
}

/** Whether a cell is no word that says something by itself, but a code or an answer. */
export function isCode(cell: string): boolean {
  const plain = plainMark(cell);
  return /^[\d.]+$/.test(plain) || YES.includes(plain) || NO.includes(plain);
}

function plainMark(word: string): string {
  return word.normalize('NFKC').replace(/\s/g, '').toLowerCase();
}
