import { expect, test } from 'vitest';
import { measures } from '../measures/registry.generated.ts';
import { fakePorts } from '../ports/fake/fake-ports.ts';
import { type FixedTarget, type FixRequest, runFix } from './run-fix.ts';
import { FOLDER } from './testing/fake-target.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;

async function fix(
  files: Record<string, string>,
  more: Partial<FixRequest> = {},
): Promise<{ target: FixedTarget; asked: string[]; text: (path: string) => Promise<string> }> {
  const ports = fakePorts();
  for (const [path, text] of Object.entries(files)) ports.files.put(`${FOLDER}/${path}`, text);
  const asked: string[] = [];
  const request: FixRequest = {
    names: [],
    choices: {
      cwd: FOLDER,
      homeDir: '/home/me',
      environment: {},
      composeFiles: [],
      profiles: [],
      recursive: false,
    },
    measures,
    allowUnsafe: false,
    only: [],
    write: true,
    resolveDigest: async (reference) => {
      asked.push(reference);
      return DIGEST;
    },
    ...more,
  };
  const { targets } = await runFix({ ...ports, signal: new AbortController().signal }, request);
  const [target] = targets;
  if (!target) throw new Error('no target');
  return { target, asked, text: async (path) => (await ports.files.read(`${FOLDER}/${path}`)) ?? '' };
}

function left({ unfixed }: FixedTarget, measure: string): string[] {
  return unfixed.filter(({ finding }) => finding.measure === measure).map(({ why }) => why);
}

const compose = `services:
  gateway:
    image: r.example/openclaw/openclaw:1 # mine
  cli:
    image: r.example/openclaw/openclaw:1
    command: [openclaw, gateway]
`;

test('an image is asked for once, and pinned wherever it stands', async () => {
  const { target, asked, text } = await fix({ 'compose.yaml': compose });
  expect(asked).toEqual(['r.example/openclaw/openclaw:1']);
  expect(left(target, 'pinned-image')).toEqual([]);
  expect(target.unexpected).toBeUndefined();
  const written = await text('compose.yaml');
  expect(written.split(`image: r.example/openclaw/openclaw:1@${DIGEST}`)).toHaveLength(3);
  expect(written).toContain(`@${DIGEST} # mine\n`);
});

test('the base of a Dockerfile is asked for, and the image that is built from it is not', async () => {
  const { target, asked, text } = await fix({
    'compose.yaml': 'services:\n  gateway:\n    build: .\n    image: r.example/openclaw:1\n',
    Dockerfile: 'FROM r.example/node:24 AS build\nFROM build\nUSER node\nCMD ["openclaw", "gateway"]\n',
  });
  expect(asked).toEqual(['r.example/node:24']);
  expect(left(target, 'pinned-base-image')).toEqual([]);
  expect(await text('Dockerfile')).toContain(`FROM r.example/node:24@${DIGEST} AS build\n`);
});

test.each([
  ['variables that are set nowhere', 'r.example/openclaw:${TAG}'],
  ['digests', `r.example/openclaw:1@${DIGEST}`],
])('nobody is asked about %s', async (_, image) => {
  const { asked } = await fix({ 'compose.yaml': `services:\n  gateway:\n    image: "${image}"\n` });
  expect(asked).toEqual([]);
});

test('an image that a variable gives is told, not edited', async () => {
  const file = 'services:\n  gateway:\n    image: ${IMAGE:-r.example/openclaw:1}\n';
  const { target, text } = await fix({ 'compose.yaml': file });
  expect(left(target, 'pinned-image')[0]).toContain(`r.example/openclaw:1@${DIGEST}`);
  expect(await text('compose.yaml')).toContain('image: ${IMAGE:-r.example/openclaw:1}\n');
});

test('an image of a name that every object knows is like any other', async () => {
  const file = 'services:\n  gateway:\n    image: constructor\n    command: [openclaw, gateway]\n';
  const { target, text } = await fix({ 'compose.yaml': file }, { resolveDigest: async () => null });
  expect(left(target, 'pinned-image')).toHaveLength(1);
  expect(await text('compose.yaml')).toContain('image: constructor\n');
});

test('nobody is asked when other measures only are wanted', async () => {
  const { asked } = await fix({ 'compose.yaml': compose }, { only: ['init-process'] });
  expect(asked).toEqual([]);
});

test('a tag that nobody knows stays, and what to do is told', async () => {
  const { target, text } = await fix({ 'compose.yaml': compose }, { resolveDigest: async () => null });
  expect(left(target, 'pinned-image')).toHaveLength(2);
  expect(left(target, 'pinned-image')[0]).toContain('clawproof fix --pin');
  expect(await text('compose.yaml')).toContain('image: r.example/openclaw/openclaw:1 # mine\n');
});

test('fifty images are asked for, a few at once, and no more', async () => {
  const services = Array.from(
    { length: 60 },
    (_, index) =>
      `  s${index}:\n    image: r.example/openclaw/openclaw:${index}\n    command: [openclaw, gateway]\n`,
  );
  let running = 0;
  let most = 0;
  let count = 0;
  await fix(
    { 'compose.yaml': `services:\n${services.join('')}` },
    {
      only: ['pinned-image'],
      write: false,
      resolveDigest: async () => {
        count += 1;
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setTimeout(resolve, 1));
        running -= 1;
        return null;
      },
    },
  );
  expect(count).toBe(50);
  expect(most).toBe(4);
});

test('a name with a value of a variable is sent nowhere', async () => {
  const { asked, target } = await fix(
    {
      '.env': 'OTHER=from-env-file\n',
      'compose.yaml': `services:
  gateway:
    image: r.example/openclaw/openclaw:\${MY_CI_SECRET}
  named:
    image: r.example/openclaw/\${OTHER}:1
    command: [openclaw, gateway]
  built:
    build: { context: ., args: { TAG: "\${MY_CI_SECRET}" } }
    command: [openclaw, gateway]
  plain:
    image: r.example/plain:1
    command: [openclaw, gateway]
`,
      Dockerfile: 'ARG TAG\nFROM r.example/base:$TAG\nUSER 1000\n',
    },
    {
      choices: {
        cwd: FOLDER,
        homeDir: '/home/me',
        environment: { MY_CI_SECRET: 'Correct.Horse' },
        composeFiles: [],
        profiles: [],
        recursive: false,
      },
    },
  );
  expect(asked).toEqual(['r.example/plain:1']);
  expect(left(target, 'pinned-image').length).toBeGreaterThan(0);
  expect(JSON.stringify(target)).not.toContain('Correct.Horse');
});
