import fc from 'fast-check';
import { readName } from '../../../src/domain/texts';
import { parsedWith, refusalOf } from './parse-sample';
import { seeded } from '../../harness/seeded';

const NAME = 'must be a text of 1 to 50 characters besides blanks around it';
const REGION = 'must be a text of up to 50 characters, or null';
const TITLE = 'must be a text of 1 to 200 characters';

const channelOf = (channel: unknown) => parsedWith('participant.registered', { channel }).channel;
const regionOf = (region: unknown) => parsedWith('participant.registered', { region }).region;
const titleOf = (title: unknown) => parsedWith('event.created', { title }).title;

describe('a name (channel, industry, region)', () => {
  it('is one name however it was typed', () => {
    const composed = '카페';
    const decomposed = composed.normalize('NFD');
    expect(decomposed).not.toBe(composed);
    expect(channelOf(` \t${decomposed}\u3000\uFEFF\n`)).toBe(composed);
    expect(parsedWith('event.created', { industry: ` ${decomposed} ` }).industry).toBe(composed);
    expect(regionOf(`${decomposed} `)).toBe(composed);
  });

  it('keeps case, inner blanks and compatibility characters', () => {
    expect(channelOf('Naver  Blog')).toBe('Naver  Blog');
    expect(channelOf('㈜ｋｔ')).toBe('㈜ｋｔ');
  });

  it('is measured in code points', () => {
    expect(channelOf('😀'.repeat(50))).toBe('😀'.repeat(50));
    expect(refusalOf('participant.registered', { channel: '😀'.repeat(51) })).toBe(`channel: ${NAME}`);
    expect(channelOf('x'.repeat(50))).toHaveLength(50);
    expect(refusalOf('participant.registered', { channel: 'x'.repeat(51) })).toBe(`channel: ${NAME}`);
  });

  it('is measured after trimming and composing', () => {
    expect(channelOf(`${' '.repeat(5_000)}${'x'.repeat(50)}${' '.repeat(5_000)}`)).toHaveLength(50);
    expect(channelOf('각'.repeat(50).normalize('NFD'))).toBe('각'.repeat(50));
    // Four characters become one, and one becomes three: the length that counts is the one that is kept.
    expect(channelOf('\u1F82'.repeat(50).normalize('NFD'))).toBe('\u1F82'.repeat(50));
    expect(refusalOf('participant.registered', { channel: '\u{1D160}'.repeat(17) })).toBe(`channel: ${NAME}`);
    expect(channelOf('\u{1D160}'.repeat(16))).toBe('\u{1D160}'.repeat(16).normalize('NFC'));
  });

  it.each(['', '   ', '\u3000\u00A0', null, 5, ['지니TV']])(
    'of a channel or an industry may not be %p',
    (name) => {
      expect(refusalOf('participant.registered', { channel: name })).toBe(`channel: ${NAME}`);
      expect(refusalOf('channel.views-measured', { channel: name })).toBe(`channel: ${NAME}`);
      expect(refusalOf('event.created', { industry: name })).toBe(`industry: ${NAME}`);
    },
  );

  it.each([undefined, null, '', '  \t'])('of a region that is %p is unknown', (region) => {
    expect(regionOf(region)).toBeNull();
  });

  it('of a region has a limit too', () => {
    expect(regionOf('가'.repeat(50))).toHaveLength(50);
    expect(refusalOf('participant.registered', { region: '가'.repeat(51) })).toBe(`region: ${REGION}`);
    expect(refusalOf('participant.registered', { region: 5 })).toBe(`region: ${REGION}`);
  });

  it('does not sort a mass of combining marks', () => {
    const marks = '\u0301\u0316'.repeat(1_000_000);
    expect(refusalOf('participant.registered', { region: marks })).toBe(`region: ${REGION}`);
  });

  it('read twice is the same as read once', () => {
    const text = fc.string({ unit: 'binary', maxLength: 60 });
    const blanks = fc.string({
      unit: fc.constantFrom(' ', '\u2000', '\u3000', '\u0301', 'e', '\u1100', '\u1161'),
    });
    fc.assert(
      fc.property(fc.oneof(text, blanks), (sent) => {
        const name = readName(sent, 50);
        if (name !== undefined) expect(readName(name, 50)).toBe(name);
      }),
      seeded(),
    );
  });

  it('may be refused by its length alone: no character stands for more than four', () => {
    let longest = 0;
    for (let code = 0; code <= 0x10ffff; code += 1) {
      const parts = String.fromCodePoint(code).normalize('NFD');
      longest = Math.max(longest, Array.from(parts).length);
    }
    expect(longest).toBe(4);
  });
});

describe('a title', () => {
  it('is kept as it was sent', () => {
    const sent = `  ${'카페'.normalize('NFD')}\n`;
    expect(titleOf(sent)).toBe(sent);
    expect(titleOf(' ')).toBe(' ');
  });

  it('has 1 to 200 code points', () => {
    expect(titleOf('😀'.repeat(200))).toBe('😀'.repeat(200));
    expect(refusalOf('event.created', { title: '😀'.repeat(201) })).toBe(`title: ${TITLE}`);
    expect(refusalOf('event.created', { title: 'x'.repeat(201) })).toBe(`title: ${TITLE}`);
    expect(refusalOf('event.created', { title: '' })).toBe(`title: ${TITLE}`);
    expect(refusalOf('event.created', { title: null })).toBe(`title: ${TITLE}`);
  });
});

describe('a text that cannot be stored', () => {
  // JSON.stringify writes a lone surrogate as an escape, as a sender would.
  it.each(['a\0b', '\0', 'a\uD800', '\uDC00a', '\uDC00\uD800', 'a\uD83D b'])('%j is refused', (text) => {
    expect(refusalOf('participant.registered', { channel: text })).toBe(`channel: ${NAME}`);
    expect(refusalOf('participant.registered', { region: text })).toBe(`region: ${REGION}`);
    expect(refusalOf('event.created', { industry: text })).toBe(`industry: ${NAME}`);
    expect(refusalOf('event.created', { title: text })).toBe(`title: ${TITLE}`);
  });

  it('is refused where it hides behind blanks', () => {
    expect(refusalOf('participant.registered', { region: ' \0 ' })).toBe(`region: ${REGION}`);
    expect(refusalOf('participant.registered', { region: ' \uD800 ' })).toBe(`region: ${REGION}`);
  });

  it('does not mean characters beyond the basic plane', () => {
    expect(titleOf('a😀b\u{10FFFF}')).toBe('a😀b\u{10FFFF}');
  });
});
