import { useId, useRef, useState } from 'preact/hooks';
import { words } from '../language/language';
import { useTitle } from '../parts/use-title';
import { hasExpired, signIn } from './session';

/** Asks for a token. The place that was asked for stays in the address, and is shown after. */
export function SignIn() {
  const { signIn: text, title } = words.value;
  const [isWrong, setWrong] = useState(false);
  const input = useRef<HTMLTextAreaElement>(null);
  const id = useId();
  useTitle(hasExpired.value ? text.expiredTitle : title);

  function submit(event: Event): void {
    event.preventDefault();
    const isToken = signIn(input.current?.value ?? '');
    setWrong(!isToken);
    if (!isToken) input.current?.focus();
  }

  return (
    <div class="sign-in">
      <form class="card sign-in-form" onSubmit={submit} noValidate>
        <h1>{hasExpired.value ? text.expiredTitle : text.title}</h1>
        <p class="lead">{hasExpired.value ? text.expired : text.lead}</p>
        <label for={`${id}token`}>{text.token}</label>
        <textarea
          id={`${id}token`}
          ref={input}
          rows={4}
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          required
          aria-invalid={isWrong}
          aria-describedby={`${id}hint${isWrong ? ` ${id}wrong` : ''}`}
          onKeyDown={(event) => event.key === 'Enter' && submit(event)}
        />
        {isWrong && (
          <p class="wrong" id={`${id}wrong`} role="alert">
            {text.wrong}
          </p>
        )}
        <p class="hint" id={`${id}hint`}>
          {text.hint}
        </p>
        <button type="submit" class="button">
          {text.submit}
        </button>
      </form>
    </div>
  );
}
