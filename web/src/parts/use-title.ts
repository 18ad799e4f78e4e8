import { useEffect } from 'preact/hooks';
import { words } from '../language/language';

/** The document's title, for tabs, history and those who hear the page. */
export function useTitle(title: string): void {
  const { title: product } = words.value;
  useEffect(() => {
    document.title = title === product ? product : `${title} · ${product}`;
  }, [title, product]);
}
