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
