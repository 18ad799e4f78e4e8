import { signal } from '@preact/signals';

export type Theme = 'system' | 'light' | 'dark';

/** Read by public/preferences.js before the first paint. Never anything of the session's. */
export function remember(name: 'theme' | 'language', value: string): void {
  try {
    localStorage.setItem(name, value);
  } catch {
    // Where storage is forbidden, a preference lasts as long as the page.
  }
}

const { dataset } = document.documentElement;
const chosen = dataset['theme'];
export const theme = signal<Theme>(chosen === 'light' || chosen === 'dark' ? chosen : 'system');

export function chooseTheme(to: Theme): void {
  theme.value = to;
  remember('theme', to);
  if (to === 'system') delete dataset['theme'];
  else dataset['theme'] = to;
}

const dark = matchMedia('(prefers-color-scheme: dark)');
const isDarkSystem = signal(dark.matches);
dark.addEventListener('change', ({ matches }) => (isDarkSystem.value = matches));

/** Changes whenever the colours do: what is painted rather than styled has to be painted anew. */
export const colours = (): string => `${theme.value} ${String(isDarkSystem.value)}`;

export const prefersReducedMotion = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches;
