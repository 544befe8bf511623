import fc from 'fast-check';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseDotenv } from '../../src/documents/dotenv.ts';
import { interpolate } from '../../src/documents/interpolate.ts';
import { parseLocatedYaml } from '../../src/documents/located-yaml.ts';
import { textOf } from '../../src/deployment/compose/project/nodes.ts';
import { runProgram } from '../support/run-program.ts';

// Compose is slow to start: every run of it looks at many generated texts, each as one variable of one service.

const VARIABLES: Readonly<Record<string, string>> = {
  A: 'a',
  B: 'b c',
  EMPTY: '',
  _x1: '1',
  BRACE: 'x}y{',
  DOLLAR: '$A',
};
/** The last one is another at each run; a failure names it. */
const SEEDS = [1, 2, 3, 42, Date.now() % 2 ** 31];
const PER_RUN = 250;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'clawproof-differential-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function lookup(name: string): string | undefined {
  return Object.hasOwn(VARIABLES, name) ? VARIABLES[name] : undefined;
}

interface Resolved {
  services: Record<string, { environment?: Record<string, string | null> }>;
}

/** What Compose makes of a file; undefined, with what it says, when it refuses it. */
async function compose(text: string): Promise<{ resolved?: Resolved; stderr: string }> {
  const file = join(folder, 'compose.yaml');
  writeFileSync(file, text);
  const { PATH = '', HOME = '' } = process.env;
  const env = { PATH, HOME, ...VARIABLES };
  const args = ['compose', '-p', 'differential', '-f', file, 'config', '--format', 'json'];
  const { code, stdout, stderr } = await runProgram('docker', args, { env, cwd: folder });
  return code === 0 ? { resolved: JSON.parse(stdout) as Resolved, stderr } : { stderr };
}

/** Compose writes what it prints so that it can read it again. */
function unescaped(value: string | null | undefined): string | null | undefined {
  return value?.replaceAll('$$', '$') ?? value;
}

function environmentOf(resolved: Resolved | undefined, service: string): Record<string, string | null> {
  const environment = resolved?.services[service]?.environment ?? {};
  return Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [name, unescaped(value) ?? null]),
  );
}

const name = fc.constantFrom('A', 'B', 'EMPTY', '_x1', 'BRACE', 'DOLLAR', 'UNSET', 'unset_2');
const literal = fc.string({ unit: fc.constantFrom(...'ab/:-+?.,=@#%[]() "\'\\é'), maxLength: 6 });
const { expression } = fc.letrec<{ expression: string; part: string }>((tie) => ({
  expression: fc.array(tie('part'), { maxLength: 4 }).map((parts) => parts.join('')),
  part: fc.oneof(
    { maxDepth: 4 },
    literal,
    name.map((text) => `\${${text}}`),
    name.map((text) => `$${text}`),
    fc.constantFrom('$$', '$$$$A', '$ ', '$1', '{', '{a', '}', '{}', '$$${A}', '${A}}'),
    fc
      .tuple(name, fc.constantFrom(':-', '-', ':+', '+'), tie('expression'))
      .map(([text, operator, word]) => `\${${text}${operator}${word}}`),
    fc
      .tuple(fc.constantFrom('A', 'B'), fc.constantFrom(':?', '?'), literal)
      .map((parts) => `\${${parts.join('')}}`),
  ),
}));

/** Compose of before 2.30 looks at words that are not used all the same. This makes every word of a text used. */
function withAllWordsUsed(text: string): string {
  return text.replaceAll(/:?[-+?]/g, '-');
}

function isValid(text: string): boolean {
  return (
    interpolate(text, lookup, 'empty').problems.length === 0 &&
    interpolate(withAllWordsUsed(text), () => undefined, 'mark').problems.length === 0
  );
}

describe('interpolation', () => {
  test.each(SEEDS)('is that of Compose (seed %d)', async (seed) => {
    const generated = fc.sample(expression, { seed, numRuns: PER_RUN * 2 });
    // One that Compose refuses would hide all others; those are looked at below.
    const texts = generated.filter(isValid).slice(0, PER_RUN);
    expect(texts.length).toBeGreaterThan(PER_RUN / 2);
    const environment = Object.fromEntries(texts.map((text, index) => [`V${index}`, text]));
    const { resolved, stderr } = await compose(
      JSON.stringify({ services: { a: { image: 'x', environment } } }),
    );
    expect(resolved, stderr).toBeDefined();
    const theirs = environmentOf(resolved, 'a');
    const ours = texts.map((text) => interpolate(text, lookup, 'empty').text);
    expect(texts.map((text, index) => [text, ours[index]])).toEqual(
      texts.map((text, index) => [text, theirs[`V${index}`]]),
    );
  });

  test('warns of the same variables', async () => {
    const text = '${UNSET} $unset_2 ${OTHER:-x} ${FOURTH:+x} ${EMPTY} ${FIFTH:-${SIXTH}}';
    const { stderr } = await compose(
      JSON.stringify({ services: { a: { image: 'x', environment: { V: text } } } }),
    );
    const warned = [...stderr.matchAll(/The \\?"(\w+)\\?" variable is not set/g)].map(
      (match) => match[1] ?? '',
    );
    expect(interpolate(text, lookup, 'empty').unset.toSorted()).toEqual([...new Set(warned)].toSorted());
  });

  test.each([
    '${',
    '${A',
    '${}',
    '${A:x}',
    '${1}',
    '${UNSET:?say}',
    '${EMPTY:?say}',
    '${UNSET?say}',
    '${A!}',
    'x ${ y',
  ])('refuses %j as Compose does', async (text) => {
    const { resolved } = await compose(
      JSON.stringify({ services: { a: { image: 'x', environment: { V: text } } } }),
    );
    expect(resolved).toBeUndefined();
    expect(interpolate(text, lookup, 'empty').problems).toHaveLength(1);
  });
});

const scalar = fc.oneof(
  fc.constantFrom(
    'yes',
    'No',
    'on',
    'OFF',
    'y',
    'true',
    'True',
    'TRUE',
    'tRue',
    'null',
    '~',
    'Null',
    'nULL',
    '-',
    '.',
    '..',
  ),
  fc.constantFrom(
    '0755',
    '0o755',
    '0b101',
    '0x1F',
    '-0755',
    '08',
    '019',
    '1_000',
    '_1',
    '0_7',
    '+5',
    '1:30',
    '190:20:30',
  ),
  fc.constantFrom(
    '1.10',
    '1e3',
    '.5',
    '5.',
    '1.e2',
    '-0',
    '-.5',
    '+.5',
    '0.00001',
    '1e21',
    '1E-7',
    '12e03',
    '0x',
    '0b2',
  ),
  fc.constantFrom('12345678901234567890', '18446744073709551616', '-9223372036854775809', '9007199254740993'),
  fc.string({ unit: fc.constantFrom(...'0123456789.-+eExob_:'), minLength: 1, maxLength: 8 }),
);

/** Block scalars, folded lines, quotes and escapes, each as the value of a key that is indented by six. */
const yamlValue = fc.oneof(
  scalar,
  scalar.map((written) => `"${written}"`),
  fc
    .array(fc.constantFrom('a', ' b', '', '  c', 'd ', '# e', '\te', "f'g"), { minLength: 1, maxLength: 5 })
    .chain((lines) =>
      fc
        .constantFrom('|', '>', '|-', '>-', '|+', '>+', '|2', '>1-')
        .map((header) => `${header}\n${lines.map((line) => `        ${line}\n`).join('')}`),
    ),
  fc
    .array(fc.constantFrom('a', 'b  c', 'd:e', 'f#g', '-h', '?i', '[j'), { minLength: 1, maxLength: 4 })
    .map((lines) => `x${lines.map((line) => `\n        ${line}`).join('')}`),
  fc
    .array(
      fc.constantFrom(
        'a',
        '\\n',
        '\\t',
        '\\u00e9',
        '\\x41',
        "'",
        '\n\n       ',
        '\n        ',
        '\\\n         ',
        ' ',
      ),
      { maxLength: 5 },
    )
    .map((parts) => `"${parts.join('')}"`),
  fc
    .array(fc.constantFrom('a', "''", '\\n', '\n        ', ' ', '"'), { maxLength: 5 })
    .map((parts) => `'${parts.join('')}'`),
);

describe('YAML', () => {
  test.each(SEEDS)('means what it means to Compose (seed %d)', async (seed) => {
    const head = 'services:\n  a:\n    image: x\n    environment:\n';
    const texts = fc
      .sample(yamlValue, { seed, numRuns: PER_RUN * 2 })
      .filter((written) => parseLocatedYaml(`${head}      V: ${written}\n`, 'f').problems.length === 0)
      // Compose takes dates for points in time, which no variable is.
      .filter((written) => !/\d{4}-\d/.test(written))
      .slice(0, PER_RUN);
    const document = `${head}${texts.map((written, index) => `      V${index}: ${written}\n`).join('')}`;
    const { resolved, stderr } = await compose(document.replaceAll('$', '$$$$'));
    expect(resolved, stderr).toBeDefined();
    const theirs = environmentOf(resolved, 'a');
    const ours = texts.map((written) => valueOf(`${head}      V: ${written}\n`));
    expect(texts.map((written, index) => [written, sameNumber(ours[index])])).toEqual(
      texts.map((written, index) => [written, sameNumber(theirs[`V${index}`])]),
    );
  });
});

/** Go and JavaScript choose other exponents for the same number. */
function sameNumber(text: string | null | undefined): string | null | undefined {
  return /^-?[\d.]+(?:e[-+]?\d+)?$/.test(text ?? '') ? String(Number(text)) : text;
}

function valueOf(document: string): string | null {
  const root = parseLocatedYaml(document, 'f').root;
  const steps = ['services', 'a', 'environment', 'V'];
  const node = steps.reduce(
    (found, step) => (found?.kind === 'map' ? found.entries.get(step) : undefined),
    root ?? undefined,
  );
  return textOf(node) ?? null;
}

const dotenvLine = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('', 'export ', '  '),
      fc.constantFrom('K1', 'K2', 'k.3', 'K-4', 'K1 '),
      fc.constantFrom('=', ': ', ' = ', '='),
      fc.oneof(
        fc.string({ unit: fc.constantFrom(...'ab1/:=.,#@ ${}A\\n\'"é'), maxLength: 10 }),
        fc
          .string({ unit: fc.constantFrom(..."ab #$\\nt0141\n'{A}"), maxLength: 8 })
          .map((inner) => `"${inner}"`),
        fc.string({ unit: fc.constantFrom(...'ab #$\\n\n"'), maxLength: 8 }).map((inner) => `'${inner}'`),
        expression.filter((part) => !/["'\n]/.test(part)),
      ),
    )
    .map((parts) => parts.join('')),
  fc.constantFrom(
    '',
    '# comment',
    '   ',
    'A',
    'UNSET',
    'K1=1 # c',
    'K2=1#c',
    'K1="x" # c',
    'K1=${K2}${A}',
    "K2='it\\'s'",
  ),
);

const dotenv = fc
  .tuple(fc.array(dotenvLine, { maxLength: 6 }), fc.constantFrom('\n', '\r\n'), fc.boolean())
  .map(([lines, end, isEnded]) => lines.join(end) + (isEnded ? end : ''));

describe('.env', () => {
  test.each(SEEDS)('is that of Compose (seed %d)', async (seed) => {
    const files = fc
      .sample(dotenv, { seed, numRuns: 400 })
      .filter((content) => parseDotenv(content, 'f', lookup).problems.length === 0)
      .filter((content) => parseDotenv(withAllWordsUsed(content), 'f', () => undefined).problems.length === 0)
      .slice(0, 150);
    const services: Record<string, unknown> = {};
    for (const [index, content] of files.entries()) {
      writeFileSync(join(folder, `${index}.env`), content);
      services[`s${index}`] = { image: 'x', env_file: `./${index}.env` };
    }
    const { resolved, stderr } = await compose(JSON.stringify({ services }));
    expect(resolved, stderr).toBeDefined();
    for (const [index, content] of files.entries()) {
      const { variables } = parseDotenv(content, 'f', lookup);
      const ours = Object.fromEntries(variables.map(({ name: key, value }) => [key, value]));
      // Compose takes a name at the very end for a value without a name, which nothing can use.
      const { '': _nameless, ...theirs } = environmentOf(resolved, `s${index}`);
      expect(ours, JSON.stringify(content)).toEqual(theirs);
    }
  });

  test.each(['A="x\n', "A='x", 'A B=1', 'a?b=1', 'A=${', '=', '!x=1'])(
    'refuses %j where Compose does',
    async (content) => {
      writeFileSync(join(folder, 'bad.env'), content);
      const { resolved } = await compose(
        JSON.stringify({ services: { a: { image: 'x', env_file: './bad.env' } } }),
      );
      expect(parseDotenv(content, 'f', lookup).problems.length > 0).toBe(resolved === undefined);
    },
  );
});
