import fc from 'fast-check';

/** Data and the text of a YAML document that says it, in one of many ways of writing. */
export interface RandomYaml {
  data: Record<string, unknown>;
  text: string;
}

/** Texts that need quotes in YAML 1.1 or 1.2, and some that do not. */
export const trickyTexts = [
  'a', 'two words', '', ' ', 'yes', 'No', 'null', '~', '0755', '1_000', '1:30', '22:22', '0x1F', '1e3', '.5', '2001-01-01',
  '# no comment', 'a # b', 'a: b', 'a:', '- a', '-a', '?', '&a', '*a', '!t', '%d', '@x', '`x`', '{a}', '[a]', 'a, b', 'a]',
  "it's", 'say "x"', 'back\\slash', 'line\nbreak', 'tab\there', '127.0.0.1:80:80', '${A:-b}', '$$x', '---', '...', '=', '<<', 'é',
  '\u0000', '\u0085', 'trailing ', '0o17', '1.', '+1', '.inf', 'NaN', 'http://x/#y', "'", '"', ':', 'a\u2028b', '😀',
]; // prettier-ignore

const text = fc.oneof(
  fc.constantFrom(...trickyTexts),
  fc.string({ unit: 'grapheme', maxLength: 8 }).filter((word) => !/\p{Surrogate}/u.test(word)),
);
export const scalar = fc.oneof(
  { weight: 4, arbitrary: text },
  fc.boolean(),
  fc.constant(null),
  fc.integer({ min: -9, max: 99_999 }),
);
const key = fc.oneof(
  fc.constantFrom('a', 'b', 'c', 'd', 'e', 'x y', '1', 'yes', 'a.b', 'k-k'),
  text.filter(isKey),
);
export const data = fc.letrec<{ value: unknown; map: Record<string, unknown>; list: unknown[] }>((tie) => ({
  value: fc.oneof({ maxDepth: 3, depthIdentifier: 'yaml' }, scalar, tie('map'), tie('list')),
  map: fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  list: fc.array(tie('value'), { maxLength: 4 }),
}));

function isKey(word: string): boolean {
  return word !== '<<' && word !== '__proto__';
}

/** Documents in block and flow style with comments, blank lines, quotes, odd indents, CRLF, BOM, markers and no last line end. */
export const randomYaml: fc.Arbitrary<RandomYaml> = fc
  .tuple(
    data.map.filter((map) => Object.keys(map).length > 0),
    fc.array(fc.nat(99), { minLength: 1, maxLength: 50 }),
    fc.constantFrom(2, 3, 4),
    fc.constantFrom(0, 2),
    fc.boolean(),
    fc.constantFrom('', '---\n', '# head\n', '# head\n\n---\n# more\n', '%YAML 1.2\n---\n'),
    fc.constantFrom('\n', '', '\n# tail\n', '\n\n\n', '\n...\n', '\n# a\n\n# b'),
  )
  .map(([map, dice, indent, listIndent, isCrlf, head, tail]) => {
    let throws = 0;
    const roll = (sides: number): number => (dice[throws++ % dice.length] ?? 0) % sides;
    const lines = blockMap(map, { roll, indent, listIndent });
    const whole = head + lines.join('\n') + tail;
    return { data: map, text: isCrlf ? whole.replaceAll('\n', '\r\n') : whole };
  });

interface Writing {
  roll: (sides: number) => number;
  indent: number;
  listIndent: number;
}

function blockMap(map: Record<string, unknown>, writing: Writing): string[] {
  return Object.entries(map).flatMap(([name, value]) => [
    ...noise(writing),
    ...entry(`${keyText(name, writing)}:`, value, writing, writing.indent, writing.listIndent),
  ]);
}

function blockList(list: readonly unknown[], writing: Writing): string[] {
  return list.flatMap((value) => [...noise(writing), ...entry('-', value, writing, 2, 2)]);
}

function entry(lead: string, value: unknown, writing: Writing, indent: number, listIndent: number): string[] {
  const isCollection = typeof value === 'object' && value !== null && Object.keys(value).length > 0;
  if (!isCollection || writing.roll(4) === 0) {
    const written = value === null && writing.roll(2) === 0 ? '' : ` ${flow(value, writing)}`;
    return [`${lead}${written}${comment(writing)}`];
  }
  const width = lead === '-' ? 2 : Array.isArray(value) ? listIndent : indent;
  return blockEntry(lead, value, writing, width);
}

function blockEntry(lead: string, value: object, writing: Writing, width: number): string[] {
  const lines = Array.isArray(value)
    ? blockList(value, writing)
    : blockMap(value as Record<string, unknown>, writing);
  const pad = ' '.repeat(width);
  if (lead === '-' && writing.roll(2) === 0 && !/^(?:#|$)/.test(lines[0] ?? ''))
    return lines.map((line, index) => (index === 0 ? `- ${line}` : `  ${line}`));
  return [
    `${lead}${comment(writing)}`,
    ...lines.map((line) => (line === '' ? line : pad + line)),
    ...(writing.roll(6) === 0 ? [`${pad}# below`] : []),
  ];
}

function flow(value: unknown, writing: Writing): string {
  const gap = writing.roll(2) === 0 ? '' : ' ';
  if (Array.isArray(value))
    return `[${gap}${value.map((item) => flow(item, writing)).join(`,${gap}`)}${gap}]`;
  if (typeof value === 'object' && value !== null) {
    const pairs = Object.entries(value).map(
      ([name, item]) => `${keyText(name, writing)}: ${flow(item, writing)}`,
    );
    return `{${gap}${pairs.join(', ')}${pairs.length > 0 && writing.roll(4) === 0 ? ',' : ''}${gap}}`;
  }
  return typeof value === 'string' ? quoted(value, writing) : String(value);
}

function keyText(name: string, writing: Writing): string {
  return /^[a-e]$/.test(name) && writing.roll(3) > 0 ? name : quoted(name, writing);
}

function quoted(word: string, writing: Writing): string {
  if (/^[a-z]+$/i.test(word) && !/^(?:yes|no|null|true|false|on|off|nan)$/i.test(word) && writing.roll(3) > 0)
    return word;
  return /^[\u0020-\u007E]*$/.test(word) && writing.roll(2) === 0
    ? `'${word.replaceAll("'", "''")}'`
    : JSON.stringify(word)
        .replaceAll('\u0085', String.raw`\u0085`)
        .replaceAll('\u2028', String.raw`\u2028`);
}

function comment(writing: Writing): string {
  return writing.roll(4) === 0 ? ` # c${writing.roll(99)}\tof 'it"` : '';
}

function noise(writing: Writing): string[] {
  const roll = writing.roll(8);
  if (roll === 0) return [`# about ${writing.roll(99)}`];
  if (roll === 1) return [''];
  return roll === 2 ? ['', '# key: value', '#   - x', ''] : [];
}
