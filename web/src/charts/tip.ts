/**
 * What a tooltip says, as elements: names come from outside, and markup with styles of its own would be against the
 * page's policy.
 */
export function tip(title: string, rows: readonly (readonly [name: string, value: string])[]): HTMLElement {
  const root = element('div', 'tip');
  root.append(element('strong', '', title));
  const list = element('dl', '');
  for (const [name, value] of rows) list.append(element('dt', '', name), element('dd', '', value));
  root.append(list);
  return root;
}

function element(kind: string, name: string, text = ''): HTMLElement {
  const made = document.createElement(kind);
  made.className = name;
  made.textContent = text;
  return made;
}

/** What the option of every tooltip has in common. */
export const TIP = {
  className: 'chart-tip',
  confine: true,
  borderWidth: 0,
  padding: 0,
  backgroundColor: 'transparent',
  extraCssText: 'box-shadow: none',
} as const;
