/** Where the rows of a table lie where there are several shards; docs/scaling.md says why, table by table. */
export type Placement =
  /** With the event, by `event_id`: all that is known of one event lies in one shard. */
  | 'with the event'
  /** With the store, by `store_id`: all that is known of one store's sales and of how its events compare. */
  | 'with the store'
  /** By `message_id`: a message is known again whatever store it names. */
  | 'by message'
  /** Whole, on every node: few rows, which are read beside any other. */
  | 'on every node'
  /** On the coordinator alone: what workers note of their own work, and what is read beside no other. */
  | 'on the coordinator';

/** Every table. Of those that lie together, one that is named first leads. */
export const PLACEMENTS: Readonly<Record<string, Placement>> = {
  events: 'with the event',
  event_counts: 'with the event',
  event_channels: 'with the event',
  event_hours: 'with the event',
  event_profiles: 'with the event',
  daily_views: 'with the event',
  channel_polls: 'with the event',
  participants: 'with the event',
  store_sales: 'with the store',
  daily_sales: 'with the store',
  store_events: 'with the store',
  industry_stores: 'with the store',
  sales: 'by message',
  industry_totals: 'on every node',
  industry_refreshes: 'on every node',
  platform_states: 'on every node',
  erasures: 'on the coordinator',
  retention: 'on the coordinator',
  registration_months: 'on the coordinator',
  partition_offsets: 'on the coordinator',
  partition_progress: 'on the coordinator',
  log_gaps: 'on the coordinator',
  dead_letters: 'on the coordinator',
  dead_letter_logs: 'on the coordinator',
};
