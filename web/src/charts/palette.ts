const TOKENS = ['ink', 'muted', 'line', 'card', 'accent', 'second', 'third'] as const;
/** How many colours there are for the parts of a cost, and of a revenue. */
const COSTS = 8;
const REVENUES = 2;

/** The class of a part's colour. More parts than colours begin anew. */
export const costTone = (index: number): string => `cost-${index % COSTS}`;
export const revenueTone = (index: number): string => `revenue-${index % REVENUES}`;

/** The page's colours as they are at this moment: a canvas knows nothing of styles. */
export type Palette = Readonly<Record<(typeof TOKENS)[number], string>> & {
  readonly font: string;
  /** The colour behind a class that costTone or revenueTone names. */
  tone(name: string): string;
};

export function readPalette(element: HTMLElement): Palette {
  const probe = document.createElement('span');
  element.append(probe);
  // Resolves with every change of the probe; what is read of it has to be read before the probe goes.
  const style = getComputedStyle(probe);
  const read = (name: string): string => {
    probe.style.color = `var(--${name})`;
    return style.color;
  };
  const tokens = Object.fromEntries(TOKENS.map((name) => [name, read(name)])) as Record<
    (typeof TOKENS)[number],
    string
  >;
  const names = [
    ...Array.from({ length: COSTS }, (_, index) => costTone(index)),
    ...Array.from({ length: REVENUES }, (_, index) => revenueTone(index)),
  ];
  const tones = new Map(names.map((name) => [name, read(name)]));
  const { fontFamily: font } = style;
  probe.remove();
  return { ...tokens, font, tone: (name) => tones.get(name) ?? tokens.muted };
}
