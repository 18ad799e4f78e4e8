import { connection } from '../api/live';
import { API_PAGE, GRAPHIQL } from '../format/settings';
import { choose, language, words } from '../language/language';
import { session, signOut } from '../session/session';
import { Leave, Mark, Moon, Screen, Sun } from './icons';
import { chooseTheme, type Theme, theme } from './preferences';

export function Header() {
  const { title, language: otherLanguage, signOut: leave, explorers } = words.value;
  const isSignedIn = session.value !== undefined;
  return (
    <header class="header">
      <a class="brand" href="/" data-place>
        <span class="mark">
          <Mark />
        </span>
        <span class="brand-name">{title}</span>
      </a>
      {isSignedIn && <LiveDot />}
      <div class="header-tools">
        {isSignedIn && API_PAGE !== '' && (
          <nav class="explorers" aria-label="API">
            <a href={API_PAGE}>{explorers.api}</a>
            {GRAPHIQL !== '' && <a href={GRAPHIQL}>{explorers.graphiql}</a>}
          </nav>
        )}
        <button
          type="button"
          class="plain"
          lang={language.value === 'ko' ? 'en' : 'ko'}
          onClick={() => choose(language.value === 'ko' ? 'en' : 'ko')}
        >
          {otherLanguage}
        </button>
        <ThemeChoice />
        {isSignedIn && (
          <button type="button" class="plain with-icon" onClick={signOut}>
            <Leave />
            <span class="wide-only">{leave}</span>
            <span class="narrow-only visually-hidden">{leave}</span>
          </button>
        )}
      </div>
    </header>
  );
}

function LiveDot() {
  const state = connection.value;
  if (state === undefined) return null;
  return (
    <p class={`live live-${state}`} role="status">
      <span class="dot" aria-hidden="true" />
      {words.value.connection[state]}
    </p>
  );
}

const THEMES: readonly (readonly [Theme, typeof Sun])[] = [
  ['light', Sun],
  ['system', Screen],
  ['dark', Moon],
];

function ThemeChoice() {
  const { theme: names } = words.value;
  return (
    <fieldset class="choice" aria-label={names.label}>
      {THEMES.map(([name, Icon]) => (
        <label key={name} title={names[name]}>
          <input
            type="radio"
            name="theme"
            checked={theme.value === name}
            onChange={() => chooseTheme(name)}
          />
          <Icon />
          <span class="visually-hidden">{names[name]}</span>
        </label>
      ))}
    </fieldset>
  );
}
