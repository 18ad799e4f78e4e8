import type { AnalyticsError } from 'event-analytics-client';
import { OwnStoresDocument } from '../../generated/operations';
import { useAsked } from '../api/use-asked';

export interface OwnStores {
  /** Undefined until the service has said. */
  readonly storeIds: readonly string[] | undefined;
  readonly isAdmin: boolean;
  readonly failure: AnalyticsError | undefined;
  readonly retry: () => void;
}

/** The stores that the token names, as the service reads it: it alone knows in which claim they stand. */
export function useOwnStores(): OwnStores {
  const { answer, ...asked } = useAsked(OwnStoresDocument, {});
  const { storeIds, isAdmin = false } = answer?.viewer ?? {};
  return { storeIds, isAdmin, ...asked };
}
