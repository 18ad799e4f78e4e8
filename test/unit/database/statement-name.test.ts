import { prepared } from '../../../src/database/prepared';
import { statementName } from '../../../src/database/statement-name';

describe('a statement is called', () => {
  test.each([
    ['SELECT version FROM events WHERE event_id = $1', 'SELECT events'],
    ['INSERT INTO participants (a) SELECT * FROM unnest($1::text[])', 'INSERT participants'],
    [
      'WITH asked AS (SELECT * FROM unnest($1)) SELECT 1 FROM asked JOIN store_sales USING (id)',
      'SELECT store_sales',
    ],
    ['WITH gone AS (SELECT 1 FROM polls) DELETE FROM channel_polls', 'DELETE channel_polls'],
    ['UPDATE event_counts AS c SET a = 1', 'UPDATE event_counts'],
    ['SELECT e.id FROM events AS e FOR UPDATE', 'SELECT events'],
    ['SELECT 1', 'SELECT'],
  ])('%s: %s', (sql, name) => {
    expect(statementName(sql).name).toBe(name);
  });

  test('by the name that it is kept under, where it is', () => {
    expect(statementName(prepared('facts_of_a_test', 'SELECT 1 FROM event_counts'))).toEqual({
      name: 'facts_of_a_test',
      verb: 'SELECT',
      table: 'event_counts',
    });
  });
});
