import { words } from '../language/language';
import { section } from '../places/places';

const SECTIONS = ['summary', 'trend', 'channels', 'roi', 'profile', 'comparison'] as const;
export type SectionName = (typeof SECTIONS)[number];

/** Links to the sections; the one that the address names is marked. */
export function SectionNav() {
  const { sections } = words.value;
  return (
    <nav class="section-nav" aria-label={sections.label}>
      {SECTIONS.map((name) => (
        <a key={name} href={`#${name}`} aria-current={section.value === name ? 'location' : undefined}>
          {sections[name]}
        </a>
      ))}
    </nav>
  );
}
