import { computed, signal } from '@preact/signals';
import { AnalyticsError } from 'event-analytics-client';
import { serviceState } from './service';

const isOnline = signal(navigator.onLine);
addEventListener('online', () => (isOnline.value = true));
addEventListener('offline', () => (isOnline.value = false));

/** What the live dot says of each state of the socket. */
const SAID = {
  idle: undefined,
  connecting: 'connecting',
  open: 'live',
  lost: 'reconnecting',
  refused: 'busy',
} as const;

/** What the live dot says; undefined while nothing is watched. */
export const connection = computed(() => (isOnline.value ? SAID[serviceState.value.connection] : 'offline'));

/** Whether the service says that its database cannot be reached: what is shown stays, and nothing newer comes. */
export const isDatabaseAway = computed(() => serviceState.value.isDatabaseAway);

/** Hands on every value that comes, and why no more do, where that is not the reader's own wish. */
export async function follow<Value>(
  values: AsyncIterable<Value>,
  next: (value: Value) => void,
  fail: (error: AnalyticsError) => void,
): Promise<void> {
  try {
    for await (const value of values) next(value);
  } catch (error) {
    fail(AnalyticsError.of(error));
  }
}
