import { expect, test } from 'vitest';
import { measures } from '../measures/registry.generated.ts';
import { fakePorts } from '../ports/fake/fake-ports.ts';
import { fixText } from '../report/fix-text.ts';
import { createStyle } from '../report/style.ts';
import { fixJson } from './fix-json.ts';
import { type FixRequest, type FixResult, runFix } from './run-fix.ts';
import { FOLDER } from './testing/fake-target.ts';
import { undoFixes } from './undo.ts';

const compose = `services:
  gateway:
    image: ghcr.io/openclaw/openclaw:2026.9.6 # mine
    ports:
      - "18789:18789"
    environment:
      OPENCLAW_GATEWAY_TOKEN: 0123456789abcdef0123456789abcdef
    privileged: true
`;

async function fix(
  { compose: text = compose, ...more }: Partial<FixRequest> & { compose?: string } = {},
  ports = fakePorts(),
) {
  ports.files.put(`${FOLDER}/compose.yaml`, text);
  const choices = {
    cwd: FOLDER,
    homeDir: '/home/me',
    environment: {},
    composeFiles: [],
    profiles: [],
    recursive: false,
  };
  const signal = new AbortController().signal;
  const request: FixRequest = {
    names: [],
    choices,
    measures,
    allowUnsafe: false,
    only: [],
    write: false,
    ...more,
  };
  const result = await runFix({ ...ports, signal }, request);
  return { result, ports };
}

function shown(result: FixResult, write: boolean): string {
  return fixText(result, { style: createStyle(false), columns: 100, write, command: 'clawproof fix' });
}

test('shows and changes nothing until it is told to write', async () => {
  const { result, ports } = await fix();
  expect(ports.files.changes).toEqual([]);
  const text = shown(result, false);
  expect(text).toMatch(/\d+ of \d+ findings can be repaired/);
  expect(text).toContain('Would be repaired');
  expect(text).toContain('Needs --unsafe');
  expect(text).toContain('To write it: clawproof fix --write');
  expect(text).not.toContain('error in clawproof');
});

test('what would change a file outside of the project is left with its reason, and the rest is repaired', async () => {
  const ports = fakePorts();
  ports.files.put('/Dockerfile', 'FROM ghcr.io/openclaw/openclaw:2026.9.6\n');
  ports.files.put('/.env', 'TOKEN=1\n');
  const built = compose.replace('    image:', '    build: ..\n    image:');
  const { result } = await fix({ write: true, allowUnsafe: true, compose: built }, ports);
  const [target] = result.targets;
  expect(target?.files.map(({ path }) => path)).toEqual([`${FOLDER}/compose.yaml`]);
  expect(target?.backup).toBeDefined();
  expect(await ports.files.read('/.dockerignore')).toBeNull();
  const left = target?.unfixed.filter(({ finding }) => finding.measure === 'build-context');
  expect(left).toMatchObject([{ reason: 'not-fixable' }]);
  expect(left?.[0]?.why).toMatch(
    /^\/\.dockerignore is outside of \/project, .* Put these lines into it: .*\.env/,
  );
});

test('writes, audits again, and what it wrote can be taken back', async () => {
  const { result, ports } = await fix({ write: true, allowUnsafe: true });
  const [target] = result.targets;
  expect(target?.unexpected).toBeUndefined();
  const written = (await ports.files.read(`${FOLDER}/compose.yaml`)) ?? '';
  expect(written).toContain('openclaw:2026.9.6 # mine\n');
  expect(written).toContain('- "127.0.0.1:18789:18789"\n');
  expect(written).not.toContain('privileged: true');
  const text = shown(result, true);
  expect(text).toContain(`clawproof fix --undo ${target?.backup}`);
  ports.system.uid = 0;
  await undoFixes(ports, FOLDER);
  expect(await ports.files.read(`${FOLDER}/compose.yaml`)).toBe(compose);
});

test('a second run has nothing to write', async () => {
  const { ports } = await fix({ write: true, allowUnsafe: true });
  const written = await ports.files.read(`${FOLDER}/compose.yaml`);
  const choices = {
    cwd: FOLDER,
    homeDir: '/home/me',
    environment: {},
    composeFiles: [],
    profiles: [],
    recursive: false,
  };
  const request: FixRequest = { names: [], choices, measures, allowUnsafe: true, only: [], write: true };
  const again = await runFix({ ...ports, signal: new AbortController().signal }, request);
  expect(again.targets[0]).toMatchObject({ files: [], fixed: [] });
  expect(await ports.files.read(`${FOLDER}/compose.yaml`)).toBe(written);
});

test('what does not get healthy in a trial is not written', async () => {
  const verify = async () => ({
    state: 'unhealthy' as const,
    why: 'It ended.',
    log: ['boom'],
    milliseconds: 5000,
  });
  const { result, ports } = await fix({ write: true, verify });
  expect(ports.files.changes).toEqual([]);
  expect(shown(result, true)).toMatch(
    /not healthy after 5\.0 s[^]*It ended\.[^]*boom[^]*Nothing was written\./,
  );
});

test('as JSON it holds the diff, and no secret', async () => {
  const { result } = await fix();
  const json = fixJson(result, '1.2.3', FOLDER);
  expect(json).toMatchObject({
    schemaVersion: 1,
    tool: { name: 'clawproof', version: '1.2.3' },
    written: false,
    targets: [{ files: [{ path: 'compose.yaml', isNew: false }], errors: [] }],
  });
  expect(json.targets[0]?.files[0]?.diff).toContain('+      - "127.0.0.1:18789:18789"');
  expect(JSON.stringify(json)).not.toContain('0123456789abcdef');
});

test('files that Compose would not read are left alone', async () => {
  const ports = fakePorts();
  const { result } = await fix({}, ports);
  expect(result.targets).toHaveLength(1);
  ports.files.put(`${FOLDER}/compose.yaml`, `${compose}    ports: []\n`);
  const choices = {
    cwd: FOLDER,
    homeDir: '/home/me',
    environment: {},
    composeFiles: [],
    profiles: [],
    recursive: false,
  };
  const request: FixRequest = { names: [], choices, measures, allowUnsafe: true, only: [], write: true };
  const broken = await runFix({ ...ports, signal: new AbortController().signal }, request);
  expect(broken.targets[0]?.files).toEqual([]);
  expect(broken.targets[0]?.errors.length).toBeGreaterThan(0);
});

test('nothing to audit is an error', async () => {
  await expect(fix({ names: ['none'] })).rejects.toMatchObject({ id: 'nothing-to-audit' });
});
