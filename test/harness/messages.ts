/** Messages as upstream sends them, valid unless a test says otherwise. */

export { viewsMeasured } from './messages/channel-views-measured';
export { distributionCompleted } from './messages/distribution-completed';
export { eventCreated } from './messages/event-created';
export { type EventIds, newEvent } from './messages/event-ids';
export { participantErased } from './messages/participant-erased';
export { participantRegistered } from './messages/participant-registered';
export { salesRecorded } from './messages/sales-recorded';
export type { Fields } from './messages/topic-fixture';
export { messagesAbout } from './messages/topic-fixtures';
