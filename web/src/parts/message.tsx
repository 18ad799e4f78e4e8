import type { ComponentChildren } from 'preact';
import { words } from '../language/language';

interface MessageProps {
  readonly title: string;
  readonly hint: string;
  readonly retry?: (() => void) | undefined;
  readonly children?: ComponentChildren;
}

/** What stands in the place of a page that cannot be shown. */
export function Message({ title, hint, retry, children }: MessageProps) {
  const { failure } = words.value;
  return (
    <div class="message" role="alert">
      <h1>{title}</h1>
      <p>{hint}</p>
      {children}
      <p class="message-actions">
        {retry && (
          <button type="button" class="button" onClick={retry}>
            {failure.retry}
          </button>
        )}
        <a class="button quiet" href="/" data-place>
          {failure.back}
        </a>
      </p>
    </div>
  );
}
