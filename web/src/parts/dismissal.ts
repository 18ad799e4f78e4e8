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
