import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { given } from '../given.cjs';
import { LOCK, REGISTER, TOUCH } from './statements.mjs';

/**
 * The worker's statements in its transactions, by pg, of registrations that are there already: no Kafka, nothing to parse or
 * to check, and nobody who is told.
 */
const PARTITIONS = 4;
const MESSAGES_PER_TRANSACTION = 5_000;
const messages = Number(given('MESSAGES'));
const eventIds = given('EVENT_IDS').split(',');
const pool = new pg.Pool({ connectionString: given('DATABASE_URL'), max: PARTITIONS });

const CHANNELS = ['우리동네TV', '지니TV', 'Instagram', 'Naver Blog', 'Kakao Channel'];
const REGIONS = ['서울', '부산', '대구', '인천', '광주', '대전', '울산'];

const parts = [];

function plan(first, count) {
  const now = Date.now();
  const columns = [[], [], [], [], [], [], [], [], []];
  for (let position = 0; position < count; position++) {
    const person = Math.floor((first + position) / eventIds.length);
    const row = [
      position,
      eventIds[(first + position) % eventIds.length],
      randomUUID(),
      new Date(now - (1 + (person % 20)) * 3_600_000).toISOString(),
      CHANNELS[person % CHANNELS.length],
      15 + (person % 50),
      person % 2 === 0 ? 'FEMALE' : 'MALE',
      REGIONS[person % REGIONS.length],
      person % 3 === 0,
    ];
    row.forEach((value, column) => columns[column].push(value));
  }
  return columns;
}

async function apply(columns) {
  const touched = [...new Set(columns[1])];
  const now = new Date().toISOString();
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query({ name: 'lock', text: LOCK, values: [touched, now] });
    await client.query({ name: 'register', text: REGISTER, values: columns });
    await client.query({ name: 'touch', text: TOUCH, values: [touched, now] });
    await client.query('COMMIT');
  } finally {
    client.release();
  }
}

async function applyOneAfterTheOther() {
  for (let part = parts.pop(); part !== undefined; part = parts.pop()) await apply(part);
}

export const answers = {
  async begin() {
    for (let first = 0; first < messages; first += MESSAGES_PER_TRANSACTION)
      parts.push(plan(first, Math.min(MESSAGES_PER_TRANSACTION, messages - first)));
    // Connected ahead of the first, as the worker is.
    const clients = await Promise.all(Array.from({ length: PARTITIONS }, () => pool.connect()));
    for (const client of clients) client.release();
  },
  taken: () => ({ taken: 0 }),
  async finish() {
    await Promise.all(Array.from({ length: PARTITIONS }, applyOneAfterTheOther));
    return { taken: messages };
  },
};
