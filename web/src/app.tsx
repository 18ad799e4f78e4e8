import { useEffect, useRef } from 'preact/hooks';
import { AdminView } from './admin/admin-view';
import { EventPage } from './dashboard/event-page';
import { EventsPage } from './events/events-page';
import { words } from './language/language';
import { Header } from './parts/header';
import { Message } from './parts/message';
import { useTitle } from './parts/use-title';
import { type Place, place } from './places/places';
import { session } from './session/session';
import { SignIn } from './session/sign-in';

export function App() {
  const { value: at } = place;
  const token = session.value?.token;
  const main = useFocusOnNews(`${String(token !== undefined)} ${JSON.stringify(at)}`);
  return (
    <>
      <a class="skip" href="#main">
        {words.value.skip}
      </a>
      <Header />
      <main id="main" tabIndex={-1} ref={main}>
        {/* What was shown to the bearer of the last token is not shown to that of the next one. */}
        {token === undefined ? <SignIn /> : <At key={token} place={at} />}
      </main>
    </>
  );
}

/** What had the focus goes with the view it was in: those who come by keyboard, or hear the page, begin at the new one. */
function useFocusOnNews(view: string) {
  const main = useRef<HTMLElement>(null);
  const seen = useRef(view);
  useEffect(() => {
    if (seen.current === view) return;
    seen.current = view;
    main.current?.focus({ preventScroll: true });
  }, [view]);
  return main;
}

function At({ place: at }: { place: Place }) {
  switch (at.kind) {
    case 'events':
      return <EventsPage />;
    case 'store':
      return <EventsPage key={at.storeId} storeId={at.storeId} />;
    case 'event':
      return <EventPage key={at.eventId} eventId={at.eventId} />;
    case 'admin':
      return <AdminView />;
    case 'nowhere':
      return <Nowhere />;
  }
}

function Nowhere() {
  const { failure } = words.value;
  useTitle(failure.notFound);
  return <Message title={failure.notFound} hint={failure.notFoundHint} />;
}
