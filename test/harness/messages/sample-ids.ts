/** The ids of every topic's sample. */
export const MESSAGE_ID = '0b5d3c1e-7f2a-4c1d-9e8f-000000000001';
export const EVENT_ID = '550e8400-e29b-41d4-a716-446655440000';
export const STORE_ID = '660e8400-e29b-41d4-a716-446655440001';
export const PARTICIPANT_ID = '770e8400-e29b-41d4-a716-446655440002';
