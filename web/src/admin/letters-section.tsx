import { useState } from 'preact/hooks';
import { AdminLettersDocument, type AdminLettersQuery } from '../../generated/operations';
import { usePolled } from '../api/use-polled';
import { formatTime } from '../format/times';
import { language } from '../language/language';
import { number } from '../parts/figures';
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

const EVERY_MS = 10_000;

/** One page of the list at a time: the newest, or those before one of them. */
function LetterList() {
  const { letters: text } = adminWords.value;
  const [before, setBefore] = useState<string | null>(null);
  const [opened, setOpened] = useState<string>();
  const { value, retry } = usePolled(AdminLettersDocument, { before }, EVERY_MS);
  if (value === undefined) return <div class="skeleton section-skeleton" />;
  const { letters, next } = value.service.deadLetters;
  return (
    <>
      <ul class="letters">
        {letters.map((letter) => (
          <li key={letter.id}>
            <LetterLine
              letter={letter}
              isOpen={letter.id === opened}
              onToggle={() => setOpened(letter.id === opened ? undefined : letter.id)}
            />
            {letter.id === opened && <OpenedLetter id={letter.id} onReplayed={retry} />}
          </li>
        ))}
      </ul>
      <p class="admin-actions">
        {before !== null && (
          <button type="button" class="button quiet" onClick={() => setBefore(null)}>
            {text.toNewest}
          </button>
        )}
        {next !== null && (
          <button type="button" class="button quiet" onClick={() => setBefore(next)}>
            {text.older}
          </button>
        )}
      </p>
    </>
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
