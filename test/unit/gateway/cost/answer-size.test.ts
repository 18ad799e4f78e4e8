import { getNamedType, isLeafType, isObjectType } from 'graphql';
import { priceOf } from '../../../../src/gateway/cost/prices';
import { buildSchema } from '../../../../src/resolvers/build-schema';
import { subgraphSdl } from '../../../../src/resolvers/federation/sdl';

/** What docs/limits.md says that a unit stands for at the most. */
const BYTES_PER_UNIT = 64;

const schema = buildSchema({ federation: true });

const TITLE = 200 * 4;
const NAME = 50 * 4;
const TOPIC = 249;
const CODE = 36;
/** Cut to 500 characters. */
const REASON = 500 * 4;
/** The longest values of texts, in bytes of UTF-8. */
const TEXTS: Readonly<Record<string, number>> = {
  'Event.title': TITLE,
  'Event.industry': NAME,
  'EventEdge.cursor': 72,
  'PageInfo.startCursor': 72,
  'PageInfo.endCursor': 72,
  'Dashboard.eventTitle': TITLE,
  '_Service.sdl': Buffer.byteLength(JSON.stringify(subgraphSdl(schema))),
  'ChannelViews.channel': NAME,
  'ChannelPerformance.channel': NAME,
  'ChannelCost.channel': NAME,
  'PlatformFallback.channels': NAME,
  'PlatformFallback.withoutViews': NAME,
  'RegionShare.region': NAME,
  'SalesGrowthCard.periodComparison': 40,
  'ROICalculation.formula': 60,
  'AgeShare.ageGroup': 16,
  'GenderShare.gender': 16,
  'TimeSlotShare.timeSlot': 32,
  'IndustryComparison.metric': 16,
  'PreviousEventComparison.metric': 20,
  'TopicFigures.topic': TOPIC,
  'PartitionFigures.topic': TOPIC,
  'PartitionFigures.reason': REASON,
  'UnreadStretch.topic': TOPIC,
  'PlatformFigures.channel': NAME,
  'PlatformFigures.reason': REASON,
  'DeadLetterCount.topic': TOPIC,
  'DeadLetterCount.reason': REASON,
  'DeadLetter.topic': TOPIC,
  'DeadLetter.reason': REASON,
  'DeadLetter.offset': 19,
  'DeadLetterContent.failure': REASON,
  'LetterHeader.name': 200 * 4,
  // A character of one unit has three bytes at the most; what JSON writes with a backslash has two.
  'LetterPart.content': 4_096 * 3,
  'Replayed.reason': REASON,
  'GatewayFigures.version': CODE,
  'RefusalFigures.code': CODE,
  'ReaderFigures.reader': 12,
  'TopicOutcomes.topic': TOPIC,
};
/** The longest of everything else: an instant with its milliseconds, a uuid, a sum of money, the name of an enum. */
const OTHERS = 38;
/** Quotation marks around a key, a colon, a comma, and quotation marks around a value. */
const PUNCTUATION = 6;
/** The longest key that costs no unit of its own. */
const KEY = 15;

const leaves = Object.values(schema.getTypeMap())
  .filter(isObjectType)
  .filter(({ name }) => !name.startsWith('__'))
  .flatMap((type) =>
    Object.values(type.getFields())
      .filter((field) => isLeafType(getNamedType(field.type)))
      .map((field) => ({
        coordinate: `${type.name}.${field.name}`,
        price: priceOf(`${type.name}.${field.name}`, field),
        isText: getNamedType(field.type).name === 'String',
      })),
  );

describe('the size of an answer', () => {
  test('has a bound for every text', () => {
    const texts = leaves.filter(({ isText }) => isText).map(({ coordinate }) => coordinate);
    expect(texts.sort()).toEqual(Object.keys(TEXTS).sort());
  });

  test.each(leaves.map(({ coordinate, price }) => [coordinate, price] as const))(
    'is bounded by its cost: no unit of %s stands for more than 64 bytes',
    (coordinate, price) => {
      const units = 1 + (price.compute ?? 0);
      const bytes = KEY + PUNCTUATION + (TEXTS[coordinate] ?? OTHERS);
      expect(bytes / units).toBeLessThanOrEqual(BYTES_PER_UNIT);
    },
  );
});
