import { AppError } from '../errors';

/** Names the channels whose platforms fail, and whose views are therefore a fallback. Sent only while there are any. */
export const FALLBACK_HEADER = 'X-Fallback-Channels';

/** The header's value: the names in their order, percent-encoded, between commas; empty for none. */
export function fallbackHeader(channels: readonly string[]): string {
  return channels.map(encodeURIComponent).join(',');
}

/** The platform of a channel fails, and there is no fallback for its views. */
export class ViewsUnknown extends AppError {
  constructor(channels: readonly string[]) {
    const cause = new Error(
      `No views are known of ${channels.join(', ')}, and the platform does not answer.`,
    );
    super('EXTERNAL_SERVICE_UNAVAILABLE', { cause });
  }
}
