import pg from 'pg';
import { given } from '../given.cjs';
import { taking } from './taking.mjs';

/** As one writes it first: a transaction for each message, with an upsert for each row that it counts in. */
const pool = new pg.Pool({ connectionString: given('DATABASE_URL'), max: 4 });

const REGISTER = `
INSERT INTO participants (event_id, participant_id, registered_at, channel, age, gender, region, new_customer)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`;
const COUNT = `
INSERT INTO event_counts AS c (event_id, participants, new_customers, version, changed_at) VALUES ($1, 1, $2, 1, now())
ON CONFLICT (event_id) DO UPDATE SET participants = c.participants + 1, new_customers = c.new_customers + $2,
  version = c.version + 1, changed_at = now()`;
const BY_CHANNEL = `
INSERT INTO event_channels AS c (event_id, channel, participants) VALUES ($1, $2, 1)
ON CONFLICT (event_id, channel) DO UPDATE SET participants = c.participants + 1`;
const BY_HOUR = `
INSERT INTO event_hours AS h (event_id, hour, participants) VALUES ($1, date_trunc('hour', $2::timestamptz), 1)
ON CONFLICT (event_id, hour) DO UPDATE SET participants = h.participants + 1`;
const BY_TRAITS = `
INSERT INTO event_profiles AS p (event_id, dimension, bucket, participants)
VALUES ($1, 'AGE', $2, 1), ($1, 'GENDER', $3, 1), ($1, 'REGION', $4, 1)
ON CONFLICT (event_id, dimension, bucket) DO UPDATE SET participants = p.participants + 1`;

const bandOf = (age) =>
  age === null ? 'UNKNOWN' : String(Math.min(50, Math.max(10, Math.floor(age / 10) * 10)));

async function apply(text) {
  const { eventId, participantId, occurredAt, channel, age, gender, region, newCustomer } = JSON.parse(text);
  const client = await pool.connect();
  const query = (name, text, values) => client.query({ name, text, values });
  try {
    await client.query('BEGIN');
    const row = [eventId, participantId, occurredAt, channel, age, gender, region, newCustomer];
    const { rowCount } = await query('register', REGISTER, row);
    if (rowCount === 1) {
      await query('count', COUNT, [eventId, newCustomer ? 1 : 0]);
      await query('by-channel', BY_CHANNEL, [eventId, channel]);
      await query('by-hour', BY_HOUR, [eventId, occurredAt]);
      await query('by-traits', BY_TRAITS, [eventId, bandOf(age), gender ?? 'UNKNOWN', region ?? '']);
    }
    await client.query('COMMIT');
  } finally {
    client.release();
  }
}

export const answers = taking((done) => ({
  async eachMessage({ message }) {
    await apply(message.value.toString());
    done(1);
  },
}));
