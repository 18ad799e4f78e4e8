import { createDemoScenario } from '../../../../src/commands/simulator/demo-scenario';
import type { Instant } from '../../../../src/domain/values';
import { parseValue } from '../../../../src/workers/messages/parse';
import { isTopic, TOPICS } from '../../../../src/workers/messages/topics';

const NOW = Date.UTC(2025, 9, 22, 10, 30);

describe('the scenario of the demo', () => {
  const scenario = createDemoScenario(7, NOW);
  const messages = [...scenario.past, ...scenario.nextParticipant(NOW), ...scenario.nextMeasurements(NOW)];

  test('has nothing that a worker would reject', () => {
    const rejected = messages.flatMap(({ topic, value }) => {
      const parsed = isTopic(topic) ? parseValue(topic, value, NOW as Instant) : undefined;
      return parsed === undefined || parsed.kind === 'rejected' ? [{ topic, parsed }] : [];
    });
    expect(rejected).toEqual([]);
  });

  test.each(TOPICS)('has messages of %s', (topic) => {
    expect(messages.filter((message) => message.topic === topic)).not.toEqual([]);
  });
});
