/** Column names of exports, more specific groups first; two names of one group are ambiguous. */
export type Names = readonly (readonly string[])[];

export const DAY_NAMES: Names = [
  ['영업일자', '영업일'],
  [
    ...['매출일자', '매출일', '매출일시', '판매일자', '판매일', '판매일시', '거래일자', '거래일', '거래일시'],
    ...['결제일자', '결제일', '결제일시', '승인일자', '승인일', '승인일시', '주문일자', '주문일', '주문일시'],
    ...['일자', '날짜', '일시', 'date', 'saledate', 'businessdate', 'createdat', 'paidat'],
  ],
];

/** What was taken after refunds and discounts. */
export const NET_NAMES = [
  ...['실매출액', '실매출', '실매출금액', '순매출액', '순매출', '순매출금액', '실판매금액', 'netsales'],
] as const;
export const AMOUNT_NAMES: Names = [
  NET_NAMES,
  [
    ...['매출액', '매출금액', '매출', '총매출액', '총매출', '판매금액', '판매액', '결제금액', '결제액'],
    ...['실결제금액', '합계금액', '합계', '총금액', '총액', '거래금액', '승인금액', '받은금액', '금액'],
    ...['amount', 'sales', 'total', 'grosssales', 'totalcollected'],
  ],
  ['총결제금액', '총결제액', '총판매금액', '총판매액', '총거래금액'],
];
export const RECEIPT_NAMES: Names = [
  ['영수증번호', '영수번호', '영수증no', 'receiptno', 'receiptnumber'],
  ['거래번호', '거래no', '전표번호', '판매번호', '매출번호', '주문번호', 'transactionid', 'orderid'],
  ['승인번호', '카드승인번호'],
];
export const TILL_NAMES: Names = [
  ['포스번호', '포스', 'pos번호', 'posno', 'pos', '단말기번호', '단말번호', '기기번호'],
];
/** Names of columns that mark a line as a refund. */
export const MARK_NAMES: Names = [
  [
    ...['취소여부', '취소', '취소구분', '환불여부', '환불', '환불구분', '반품여부', '반품', '반품구분'],
    ...['거래구분', '매출구분', '판매구분', '승인구분', '결제구분', '구분'],
    ...['거래상태', '매출상태', '판매상태', '결제상태', '승인상태', '주문상태', '상태'],
    ...['status', 'refund', 'eventtype', 'financialstatus'],
  ],
];
/** Names of columns that hold what was given back of a line's amount. */
export const REFUND_AMOUNT_NAMES: Names = [
  [
    ...['환불금액', '환불액', '반품금액', '반품액', '취소금액', '취소액', '부분취소금액', '부분환불금액'],
    ...['refundedamount', 'amountrefunded', 'refundamount', 'partialrefunds', 'refunds'],
  ],
];
/** Names of what was given back, whatever else they say. */
export const OF_REFUNDS = /환불|반품|취소|refund/;
/** Names of what was left of a sale, whatever else they say. */
export const OF_NET = /(?:실|순)(?:매출|판매|결제|거래|수령|수납|입금|수입)|net(?:sales|amount|total|paid)/;
/** Names of what is taken off a sale before it is paid. */
export const OF_DISCOUNTS = /할인|쿠폰|discount|coupon/;
/** Names of what is no sum of won, though its figures may look like one. */
export const OF_NO_SUM =
  /(?:건수|수량|횟수|비|율|률|비율|비중|단가|평균|번호|no|id|코드|여부|구분|상태|사유|일|일자|일시|시각|시간|날짜|date|at|time|count|qty|quantity|reason|status|rate)$/;
export const CURRENCY_NAMES: Names = [['currency', 'currencycode', '통화', '통화코드', '화폐', '화폐단위']];
/** Names of columns that tell which store made a sale. */
export const STORE_NAMES: Names = [
  [
    ...['매장코드', '매장번호', '매장명', '매장', '점포코드', '점포번호', '점포명', '점포'],
    ...['지점코드', '지점번호', '지점명', '지점', 'location', 'locationname', 'store', 'storename', 'branch'],
  ],
];
/** Columns that depend on a line's place in its file: row numbers and running totals. */
export const OF_THIS_FILE = /^(?:no|#|seq|번호|순번|연번|순서|행|행번호|일련번호|누계.*|누적.*|잔액)$/;

/** Names of columns that say what was sold. */
export const OF_THINGS =
  /^(?:상품|메뉴|품목|품명|제품)(?:명|이름)?$|^(?:item|product|menu|lineitem)(?:name)?$/;
/** Names of columns of numbers, which may have two parts. */
export const OF_NUMBERS = /번호|테이블|(?:table|no|number|id)$/;

/** Stands between the names of two header rows: `순매출/금액`. */
const BETWEEN_ROWS = '/';

/** A column's name: of two header rows that of the upper one, then that of the lower one. */
export type ColumnName = readonly string[];

/** A name as it is shown. */
export function shown(name: ColumnName): string {
  return name.map((part) => part.trim()).join(BETWEEN_ROWS);
}

/** What stands in brackets at the end of a name. */
export function bracketOf(name: ColumnName): string {
  return /[([]([^)\]]*)[)\]]$/.exec(name.at(-1)!.normalize('NFKC').trim())?.[1] ?? '';
}

/** A name without case, blanks and a suffix in brackets, as in `매출액(원)`: names are compared in this form. */
export function plainName(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .trim()
    .replace(/[([].*[)\]]$/, '')
    .replace(/[\s._-]/g, '');
}

/** The forms in which a name may be known or asked for: of two header rows both together, and the lower one. */
export function formsOf(name: ColumnName): readonly string[] {
  const parts = name.map(plainName).filter((part) => part !== '');
  if (parts.length <= 1) return parts;
  return [parts.join(''), parts.at(-1)!, parts.join(BETWEEN_ROWS)];
}
