import { getNamedType, isLeafType, isObjectType } from 'graphql';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { buildSchema } from '../../src/resolvers/build-schema';
import { startTestService, type TestService } from '../harness/service';

const OPERATIONS_PAGE = readFileSync(path.join(__dirname, '../../docs/operations.md'), 'utf8');

/** Numbers, and what stands for one: an instant from which it is counted, a state that is one of two. */
const FIGURES = new Set(['Int', 'Float', 'Count', 'DateTime', 'Boolean', 'PlatformStatus']);

/** What is no figure of the service, though it is a number or an instant: which one something is, or when and how it was read. */
const NO_FIGURES = [
  'Service.readAt',
  'PartitionFigures.partition',
  'UnreadStretch.partition',
  'UnreadStretch.noticedAt',
  'PlatformFigures.since',
  'PlatformFigures.lastAnswerAt',
  'DeadLetter.partition',
  'DeadLetter.rejectedAt',
  'DeadLetter.sizeBytes',
  'DeadLetterContent.writtenAt',
  'LetterPart.isText',
  'LetterPart.isCut',
  'LetterPart.bytes',
  'ReaderFigures.isAdmin',
  'ReaderFigures.stores',
];

const schema = buildSchema();

interface Figure {
  readonly coordinate: string;
  readonly metrics: readonly string[];
}

/** Every figure below a type, with the metrics that its description names. */
function figuresBelow(typeName: string, seen = new Set<string>()): Figure[] {
  const type = schema.getType(typeName);
  if (!isObjectType(type) || seen.has(typeName)) return [];
  seen.add(typeName);
  return Object.values(type.getFields()).flatMap((field) => {
    const named = getNamedType(field.type);
    if (!isLeafType(named)) return figuresBelow(named.name, seen);
    if (!FIGURES.has(named.name)) return [];
    const text = field.description ?? '';
    const metrics = [...text.matchAll(/`((?:analytics|process|nodejs)_\w+)`/g)].map(([, name = '']) => name);
    return [{ coordinate: `${typeName}.${field.name}`, metrics }];
  });
}

const figures = figuresBelow('Service');

describe('every figure that an admin is shown', () => {
  let service: TestService;
  beforeAll(async () => (service = await startTestService()));
  afterAll(() => service.stop());

  it('names its metric, and nothing that is none does', () => {
    expect(figures.length).toBeGreaterThan(40);
    const without = figures.filter(({ metrics }) => metrics.length === 0).map(({ coordinate }) => coordinate);
    expect(without.sort()).toEqual([...NO_FIGURES].sort());
  });

  it('is in /metrics under that name, and in the table of docs/operations.md', async () => {
    const page = await (await fetch(`${service.origin}/metrics`)).text();
    const named = new Set(figures.flatMap(({ metrics }) => metrics));
    expect([...named].filter((name) => !page.includes(`# TYPE ${name} `))).toEqual([]);
    expect([...named].filter((name) => !OPERATIONS_PAGE.includes(`\`${name}\``))).toEqual([]);
  });
});
