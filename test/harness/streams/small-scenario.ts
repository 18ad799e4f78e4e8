import {
  type EventIds,
  eventCreated,
  newEvent,
  participantRegistered,
  salesRecorded,
  viewsMeasured,
} from '../messages';
import { batchOf } from './batches';
import type { StreamFixture } from './fixture';

/** Applies a few messages of each topic: three participants, two measurements, two sales. */
export async function applySmallScenario(
  { apply }: StreamFixture,
  event: EventIds = newEvent(),
): Promise<void> {
  const { eventId, storeId } = event;
  const joined = (fields: object) =>
    participantRegistered(eventId, { occurredAt: '2025-10-20T18:05:00Z', ...fields });
  const measured = { measuredAt: '2025-10-20T11:00:00Z' };
  const sold = { saleDate: '2025-10-20' };
  await apply(batchOf('event.created', [eventCreated(event)]));
  await apply(
    batchOf('participant.registered', [
      joined({}),
      joined({ age: null, region: '', newCustomer: false }),
      joined({ occurredAt: '2025-10-20T19:59:59.999Z', channel: '지니TV', gender: null }),
    ]),
  );
  await apply(
    batchOf('channel.views-measured', [
      viewsMeasured(eventId, '지니TV', 700, measured),
      viewsMeasured(eventId, '지니TV', 500, { measuredAt: '2025-10-19T11:00:00Z' }),
    ]),
  );
  await apply(
    batchOf('sales.recorded', [salesRecorded(storeId, 5_000, sold), salesRecorded(storeId, -1_000, sold)]),
  );
}
