export type Language = 'ko' | 'en';

/** A figure as it is shown, and in full where the two differ. */
export interface Figure {
  readonly shown: string;
  readonly exact: string;
}

const LOCALES = { ko: 'ko-KR', en: 'en-GB' } as const;
export const localeOf = (language: Language): string => LOCALES[language];

const MAN = 10_000;
const EOK = 100_000_000;
const JO = 1_000_000_000_000;

const whole = (value: number, language: Language): string =>
  new Intl.NumberFormat(LOCALES[language], { maximumFractionDigits: 0 }).format(value);

/** `1,234` */
export const formatNumber = whole;

/** Won as they are spoken of: `9,800원`, `350만 원`, `1억 2,345만 원`; `₩3.5M` in English. */
export function formatWon(value: number, language: Language): Figure {
  if (language === 'en') return formatEnglishWon(value);
  const exact = `${whole(value, language)}원`;
  const sign = value < 0 ? '-' : '';
  const spoken = speak(Math.abs(value));
  return { shown: spoken === undefined ? exact : `${sign}${spoken} 원`, exact };
}

/** In the largest unit and the one below it; undefined for what is below ten thousand. */
function speak(value: number): string | undefined {
  if (value < MAN) return undefined;
  if (value < 100 * MAN) return `${oneDecimal(value / MAN)}만`;
  // Rounded once, then split: 99,999,999 is 1억, not 10,000만.
  const man = Math.round(value / MAN);
  if (man < EOK / MAN) return `${whole(man, 'ko')}만`;
  if (man < JO / MAN) return joined(man, EOK / MAN, '억', '만');
  return joined(Math.round(value / EOK), JO / EOK, '조', '억');
}

function joined(value: number, per: number, large: string, small: string): string {
  const rest = value % per;
  const head = `${whole(Math.floor(value / per), 'ko')}${large}`;
  return rest === 0 ? head : `${head} ${whole(rest, 'ko')}${small}`;
}

/** 98.76 → `98.8`, 35.0 → `35` */
const oneDecimal = (value: number): string => whole1.format(value);
const whole1 = new Intl.NumberFormat('ko-KR', { maximumFractionDigits: 1 });

function formatEnglishWon(value: number): Figure {
  const exact = new Intl.NumberFormat('en-GB', {
    style: 'currency',
    currency: 'KRW',
    currencyDisplay: 'narrowSymbol',
  });
  const short = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 });
  const sign = value < 0 ? '-' : '';
  const shown = Math.abs(value) < MAN ? exact.format(value) : `${sign}₩${short.format(Math.abs(value))}`;
  return { shown, exact: exact.format(value) };
}

/** `64.0%`: always one decimal, so that what stands beside it keeps its place. */
export const formatPercent = (value: number, language: Language): string =>
  `${new Intl.NumberFormat(LOCALES[language], { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(value)}%`;

/** `+7`, `-3`, `0` */
export const formatSigned = (value: number, language: Language): string =>
  new Intl.NumberFormat(LOCALES[language], { signDisplay: 'exceptZero', maximumFractionDigits: 1 }).format(
    value,
  );
