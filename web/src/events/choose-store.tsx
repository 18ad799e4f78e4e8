import { useId, useRef, useState } from 'preact/hooks';
import { words } from '../language/language';
import { ADMIN, go, isUuid, pathOfStore } from '../places/places';

/**
 * Asks which store to show, where the token names none: it may read every store, or its stores are where the service does not
 * look for them.
 */
export function ChooseStore({ isAdmin }: { isAdmin: boolean }) {
  const { store } = words.value;
  const [isWrong, setWrong] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const id = useId();

  function submit(event: Event): void {
    event.preventDefault();
    const given = input.current?.value.trim() ?? '';
    if (isUuid(given)) return go(pathOfStore(given.toLowerCase()));
    setWrong(true);
    input.current?.focus();
  }

  return (
    <div class="sign-in">
      <form class="card sign-in-form" onSubmit={submit} noValidate>
        <h1>{store.choose}</h1>
        <p class="lead" id={`${id}hint`}>
          {store.hint}
        </p>
        <label for={`${id}store`}>{store.id}</label>
        <input
          id={`${id}store`}
          ref={input}
          type="text"
          autocomplete="off"
          spellcheck={false}
          required
          aria-invalid={isWrong}
          aria-describedby={`${id}hint${isWrong ? ` ${id}wrong` : ''}`}
        />
        {isWrong && (
          <p class="wrong" id={`${id}wrong`} role="alert">
            {store.wrong}
          </p>
        )}
        <button type="submit" class="button">
          {store.open}
        </button>
        {isAdmin && (
          <a class="button quiet" href={ADMIN} data-place>
            {store.admin}
          </a>
        )}
      </form>
    </div>
  );
}
