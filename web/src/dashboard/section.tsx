import type { AnalyticsError } from 'event-analytics-client';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Live } from '../api/use-live';
import type { Words } from '../language/ko';
import { words } from '../language/language';
import { Link, Warning } from '../parts/icons';
import { StaleNotice } from '../parts/stale-notice';
import { arriveAt } from '../places/arrival';
import { section } from '../places/places';
import type { SectionName } from './section-nav';

/** Which event a section shows. */
export interface SectionAt {
  readonly eventId: string;
  /** The event's title, for the names of exported files. */
  readonly title: string;
  /** Grows when figures may have changed by the clock alone. */
  readonly moment: number;
}

interface SectionProps<Value> {
  readonly name: SectionName;
  readonly live: Live<Value>;
  /** What can be done with the section's figures; offered once they are there. */
  readonly tools?: ComponentChildren;
  readonly children: (value: Value) => ComponentChildren;
}

/** A section in all of its states: still to come, there, too old, not to be had. */
export function Section<Value>({ name, live, tools, children }: SectionProps<Value>) {
  const { link, sections } = words.value;
  const heading = useArrival(name);
  const { value } = live;
  return (
    <section id={name} class={`card section area-${name}`} aria-labelledby={`${name}-title`}>
      <header class="section-head">
        <h2 id={`${name}-title`} ref={heading} tabIndex={-1}>
          {sections[name]}
          <a class="section-link" href={`#${name}`} aria-label={link(sections[name])}>
            <Link />
          </a>
        </h2>
        {value !== undefined && <div class="section-tools">{tools}</div>}
      </header>
      {value !== undefined && <StaleNotice failed={live.failure} retry={live.retry} />}
      <SectionBody live={live}>{children}</SectionBody>
    </section>
  );
}

export function SectionBody<Value>({ live, children }: Pick<SectionProps<Value>, 'live' | 'children'>) {
  if (live.value !== undefined) return <>{children(live.value)}</>;
  return live.failure ? (
    <SectionFailure retry={live.retry} failed={live.failure} />
  ) : (
    <div class="skeleton section-skeleton" />
  );
}

function SectionFailure({ failed, retry }: { failed: AnalyticsError; retry: () => void }) {
  const { failure } = words.value;
  return (
    <div class="section-failure" role="alert">
      <Warning />
      <p class="blank-title">{failure.section}</p>
      <p class="hint">{hintOf(failed, failure)}</p>
      <button type="button" class="button quiet" onClick={retry}>
        {failure.retry}
      </button>
    </div>
  );
}

function hintOf({ kind }: AnalyticsError, failure: Words['failure']): string {
  if (kind === 'database-away') return failure.databaseHint;
  return kind === 'busy' ? failure.busyHint : failure.sectionHint;
}

/** A link to the section leads here, also from outside, where the browser looked for it before it was there. */
export function useArrival(name: SectionName) {
  const heading = useRef<HTMLHeadingElement>(null);
  const isNamed = section.value === name;
  useEffect(() => {
    const target = document.getElementById(name);
    if (!isNamed || target === null) return;
    heading.current?.focus({ preventScroll: true });
    return arriveAt(target);
  }, [isNamed]);
  return heading;
}
