import { computed, signal } from '@preact/signals';
import type { Language } from '../format/numbers';
import { remember } from '../parts/preferences';
import { en } from './en';
import { ko } from './ko';

export const language = signal<Language>(document.documentElement.lang === 'en' ? 'en' : 'ko');

/** The words of the language that is chosen. */
export const words = computed(() => (language.value === 'en' ? en : ko));

export function choose(chosen: Language): void {
  language.value = chosen;
  document.documentElement.lang = chosen;
  remember('language', chosen);
}

/** A name that came with the figures: an age group, a region, a metric. One that is not known stays as it came. */
export const named = (name: string): string => words.value.data[name] ?? name;
