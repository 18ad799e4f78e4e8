import { formatNumber, formatPercent, formatSigned, formatWon } from '../format/numbers';
import { language } from '../language/language';

/** Won as they are spoken of, with the exact figure where one points, or comes by keyboard. */
export function Won({ value }: { value: number }) {
  const { shown, exact } = formatWon(value, language.value);
  if (shown === exact) return <span class="figure">{shown}</span>;
  return (
    <span class="figure abbreviated" tabIndex={0} data-exact={exact}>
      <span aria-hidden="true">{shown}</span>
      <span class="visually-hidden">{exact}</span>
    </span>
  );
}

export const Percent = ({ value }: { value: number }) => (
  <span class="figure">{formatPercent(value, language.value)}</span>
);

/** By how much something went up or down: a sign and an arrow, not a colour alone. */
export function Change({ value, unit }: { value: number; unit: 'percent' | 'count' }) {
  const direction = value > 0 ? 'up' : value < 0 ? 'down' : 'same';
  const signed = formatSigned(value, language.value);
  return (
    <span class={`change ${direction}`}>
      <span aria-hidden="true">{{ up: '▲', down: '▼', same: '–' }[direction]} </span>
      <span class="figure">{unit === 'percent' ? `${signed}%` : signed}</span>
    </span>
  );
}

/** A share of a whole, as a bar. What it says is said beside it. */
export function Bar({ percent, tone = 'accent' }: { percent: number; tone?: string }) {
  const width = `${Math.max(0, Math.min(100, percent))}%`;
  return (
    <span class={`bar tone-${tone}`} aria-hidden="true">
      <span class="bar-fill" style={{ inlineSize: width }} />
    </span>
  );
}

export const number = (value: number): string => formatNumber(value, language.value);
export const percent = (value: number): string => formatPercent(value, language.value);

const SHOWN = '.abbreviated:is(:hover, :focus-visible)';
const DISMISSED = 'dismissed';

/**
 * Escape takes an exact figure away that covers something, without moving the pointer or the focus (WCAG 2.2, 1.4.13);
 * pointing or coming there again brings it back. To be called once.
 */
export function dismissByEscape(): void {
  document.addEventListener('keydown', ({ key }) => {
    if (key !== 'Escape') return;
    for (const figure of document.querySelectorAll(SHOWN)) dismiss(figure);
  });
}

function dismiss(figure: Element): void {
  const left = new AbortController();
  const bringBack = (): void => {
    figure.classList.remove(DISMISSED);
    left.abort();
  };
  figure.classList.add(DISMISSED);
  for (const leaving of ['pointerleave', 'blur']) figure.addEventListener(leaving, bringBack, left);
}
