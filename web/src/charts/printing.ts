const paper = matchMedia('print');

export const isOnPaper = (): boolean => paper.matches;

/**
 * A canvas is printed as it was last painted. Told while the browser lays the page out for paper, a chart paints itself
 * in paper's colours and size; told again when that is over.
 */
export function onPrint(repaint: () => void): () => void {
  paper.addEventListener('change', repaint);
  return () => paper.removeEventListener('change', repaint);
}

/** A4 without its margins (styles/print.css), in CSS pixels, and a line to spare. */
const PAPER_HEIGHT = ((297 - 2 * 9) / 25.4) * 96 - 12;
/** Smaller than that it cannot be read: then there is a second page. */
const SMALLEST = 0.5;

/** Makes an event of many channels fit on one page. To be called once, ahead of all charts. */
export function fitOnPaper(): void {
  const { style } = document.documentElement;
  onPrint(() => {
    style.removeProperty('--fit');
    if (!isOnPaper()) return;
    const height = document.getElementById('main')!.scrollHeight;
    if (height > PAPER_HEIGHT) style.setProperty('--fit', String(Math.max(SMALLEST, PAPER_HEIGHT / height)));
  });
}
