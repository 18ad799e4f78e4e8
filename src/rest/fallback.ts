import { AppError } from '../errors';

/** Names the channels that are answered for without word from their platforms, only while there are any. */
export const FALLBACK_HEADER = 'X-Fallback-Channels';

/** The header's value: the names in their order, percent-encoded, between commas; empty for none. */
export function fallbackHeader(channels: readonly string[]): string {
  return channels.map(encodeURIComponent).join(',');
}

/** An answer that cannot be given: of a channel whose platform fails, nothing is known. */
export class ViewsUnknown extends AppError {
  constructor(channels: readonly string[]) {
    const cause = new Error(
      `No views are known of ${channels.join(', ')}, and the platform does not answer.`,
    );
    super('EXTERNAL_SERVICE_UNAVAILABLE', { cause });
  }
}
