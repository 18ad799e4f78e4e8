import { AnalyticsError } from 'event-analytics-client';
import { useState } from 'preact/hooks';
import {
  AdminLetterDocument,
  type AdminLetterQuery,
  AdminReplayDocument,
  type AdminReplayMutation,
} from '../../generated/operations';
import { ask } from '../api/service';
import { useAsked } from '../api/use-asked';
import { SectionBody } from '../dashboard/section';
import { formatTime } from '../format/times';
import { language } from '../language/language';
import { number } from '../parts/figures';
import { session, tokenRefused } from '../session/session';
import { adminWords } from './words';

type Content = AdminLetterQuery['service']['deadLetter'];
type Part = Content['value'];

interface OpenedLetterProps {
  readonly id: string;
  /** Called when its message counts, now or already. */
  readonly onReplayed: () => void;
}

/** What a letter holds, and replaying it. It is asked for once: each time that it is shown is logged. */
export function OpenedLetter({ id, onReplayed }: OpenedLetterProps) {
  const { letters: text } = adminWords.value;
  const { answer, failure, retry } = useAsked(AdminLetterDocument, { id });
  return (
    <div class="opened-letter">
      <p class="hint">{text.warning}</p>
      <SectionBody live={{ value: answer, failure, retry }}>
        {({ service }) => <Holds content={service.deadLetter} />}
      </SectionBody>
      <Replay id={id} onReplayed={onReplayed} />
    </div>
  );
}

function Holds({ content }: { content: Content }) {
  const { letters: text } = adminWords.value;
  const { writtenAt, failure, headers, key, value } = content;
  return (
    <dl class="letter-parts">
      {writtenAt !== null && (
        <>
          <dt>{text.writtenAt}</dt>
          <dd>{formatTime(writtenAt, 'moment', language.value)}</dd>
        </>
      )}
      {failure !== null && (
        <>
          <dt>{text.failure}</dt>
          <dd>{failure}</dd>
        </>
      )}
      {headers.map((header, index) => (
        <PartOf key={index} name={text.header(header.name)} part={header.value} />
      ))}
      <PartOf name={text.key} part={key} />
      <PartOf name={text.value} part={value} />
    </dl>
  );
}

function PartOf({ name, part }: { name: string; part: Part }) {
  const { letters: text } = adminWords.value;
  return (
    <>
      <dt>
        {name}
        {part !== null && (
          <span class="hint">
            {' '}
            {text.bytes(number(part.bytes))}
            {!part.isText && ` · ${text.base64}`}
          </span>
        )}
      </dt>
      <dd>
        {part === null ? <span class="hint">{text.nothing}</span> : <pre tabIndex={0}>{part.content}</pre>}
        {part?.isCut === true && <p class="hint">{text.cut}</p>}
      </dd>
    </>
  );
}

type ReplayState = 'idle' | 'running' | 'failed' | AdminReplayMutation['replayDeadLetter'];

const COUNTING: ReadonlySet<AdminReplayMutation['replayDeadLetter']['outcome']> = new Set([
  'APPLIED',
  'UNCHANGED',
]);

function Replay({ id, onReplayed }: OpenedLetterProps) {
  const { letters: text } = adminWords.value;
  const [state, setState] = useState<ReplayState>('idle');

  async function replay(): Promise<void> {
    const token = session.value?.token;
    if (token === undefined) return;
    setState('running');
    try {
      const { replayDeadLetter } = await ask(token, AdminReplayDocument, { id });
      setState(replayDeadLetter);
      if (COUNTING.has(replayDeadLetter.outcome)) onReplayed();
    } catch (thrown) {
      if (AnalyticsError.of(thrown).kind === 'unauthenticated') return tokenRefused(token);
      setState('failed');
    }
  }

  return (
    <div class="admin-actions">
      <button type="button" class="button" disabled={state === 'running'} onClick={() => void replay()}>
        {text.replay}
      </button>
      <p role="status">{said(state)}</p>
    </div>
  );
}

function said(state: ReplayState): string {
  const { letters: text } = adminWords.value;
  if (state === 'idle') return '';
  if (state === 'running') return text.replaying;
  if (state === 'failed') return text.notReplayed;
  const { outcome, reason } = state;
  return reason === null ? text.outcomes[outcome] : `${text.outcomes[outcome]} ${reason}`;
}
