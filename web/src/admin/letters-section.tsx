import { useEffect, useState } from 'preact/hooks';
import { AdminLettersDocument, type AdminLettersQuery } from '../../generated/operations';
import { useAsked } from '../api/use-asked';
import { SectionBody } from '../dashboard/section';
import { formatTime } from '../format/times';
import { language } from '../language/language';
import { number } from '../parts/figures';
import { StaleNotice } from '../parts/stale-notice';
import { AdminSection } from './admin-section';
import { OpenedLetter } from './opened-letter';
import { Table } from './table';
import type { PolledWorkers } from './workers-sections';
import { adminWords } from './words';

type Letter = AdminLettersQuery['service']['deadLetters']['letters'][number];

export function Letters({ polled }: { polled: PolledWorkers }) {
  const { letters: text } = adminWords.value;
  return (
    <AdminSection
      id="letters"
      title={text.title}
      of="all workers"
      live={polled}
      readAt={polled.value?.service.readAt}
    >
      {({ service: { deadLetterCounts: counts } }) =>
        counts.length === 0 ? (
          <p class="hint">{text.empty}</p>
        ) : (
          <>
            <h3>{text.counts}</h3>
            <Table
              label={text.counts}
              head={text.topic}
              rows={counts.map(({ topic, reason, state, count }) => ({
                key: `${topic} ${state} ${reason}`,
                head: topic,
                cells: [
                  { name: text.reason, content: reason, isText: true },
                  { name: text.state, content: <State state={state} /> },
                  { name: text.count, content: number(count) },
                ],
              }))}
            />
            <h3>{text.newest}</h3>
            <LetterList />
          </>
        )
      }
    </AdminSection>
  );
}

function State({ state }: { state: Letter['state'] }) {
  const { states } = adminWords.value.letters;
  const tone = state === 'WAITING' ? 'pending' : state === 'REPLAYED' ? 'success' : '';
  return <span class={`pill ${tone}`}>{states[state]}</span>;
}

/**
 * One page of the list at a time: the newest, or those before one of them. It is read anew when it is asked for alone: who reads
 * a letter, or is about to open one, would have it move under their hands.
 */
function LetterList() {
  const { letters: text } = adminWords.value;
  const [before, setBefore] = useState<string | null>(null);
  const { answer, failure, retry } = useAsked(AdminLettersDocument, { before });
  return (
    <>
      {answer !== undefined && <StaleNotice failed={failure} retry={retry} />}
      <SectionBody live={{ value: answer, failure, retry }}>
        {({ service: { deadLetters } }) => (
          <>
            <LettersOfPage letters={deadLetters.letters} />
            <p class="admin-actions">
              <button
                type="button"
                class="button quiet"
                onClick={before === null ? retry : () => setBefore(null)}
              >
                {text.toNewest}
              </button>
              {deadLetters.next !== null && (
                <button type="button" class="button quiet" onClick={() => setBefore(deadLetters.next)}>
                  {text.older}
                </button>
              )}
            </p>
          </>
        )}
      </SectionBody>
    </>
  );
}

function LettersOfPage({ letters }: { letters: readonly Letter[] }) {
  const [opened, setOpened] = useState<string>();
  /** Those that have been replayed since the list was read. */
  const [replayed, setReplayed] = useState<readonly string[]>([]);
  useEffect(() => setReplayed([]), [letters]);
  // A letter that is opened again later would be shown, and logged as shown, though nobody asked for it.
  const isListed = letters.some(({ id }) => id === opened);
  useEffect(() => {
    if (!isListed) setOpened(undefined);
  }, [isListed]);
  return (
    <ul class="letters">
      {letters.map((letter) => (
        <li key={letter.id}>
          <LetterLine
            letter={replayed.includes(letter.id) ? { ...letter, state: 'REPLAYED' } : letter}
            isOpen={letter.id === opened}
            onToggle={() => setOpened(letter.id === opened ? undefined : letter.id)}
          />
          {letter.id === opened && (
            <OpenedLetter id={letter.id} onReplayed={() => setReplayed([...replayed, letter.id])} />
          )}
        </li>
      ))}
    </ul>
  );
}

interface LetterLineProps {
  readonly letter: Letter;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}

function LetterLine({ letter, isOpen, onToggle }: LetterLineProps) {
  const { letters: text } = adminWords.value;
  const { id, topic, partition, offset, reason, rejectedAt, state } = letter;
  return (
    <div class="letter">
      <State state={state} />
      <div class="letter-name">
        <p>{reason}</p>
        <p class="hint">
          {topic}/{partition}/{offset} · {formatTime(rejectedAt, 'moment', language.value)}
        </p>
      </div>
      <button type="button" class="button quiet" aria-expanded={isOpen} onClick={onToggle}>
        {isOpen ? text.hide(id) : text.show(id)}
      </button>
    </div>
  );
}
