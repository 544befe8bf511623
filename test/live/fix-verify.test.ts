import { chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { readTarget } from '../../src/audit/read-target.ts';
import type { AuditChoices, TargetRequest } from '../../src/audit/request.ts';
import { createSourceReader } from '../../src/audit/source-reader.ts';
import { parseLock } from '../../src/engine/lock-file.ts';
import type { MendedFile } from '../../src/mend/mend-result.ts';
import { verifyFix, type VerifyPorts } from '../../src/mend/verify/verify-fix.ts';
import type { VerifyResult } from '../../src/mend/verify/verify-result.ts';
import { FakeProgress } from '../../src/ports/fake/fake-terminal.ts';
import { createNodeHostPorts } from '../../src/ports/node/host.ts';
import { docker, TEST_LABEL, tryDocker } from '../support/docker-cli.ts';
import { measured } from '../support/live-program.ts';
import { waitFor } from '../support/wait-for.ts';

const host = createNodeHostPorts(process);
const VOLUME = 'clawproof-live-verify-state';
const CONFIG =
  '{\n  gateway: { mode: "local", auth: { mode: "token", token: "${OPENCLAW_GATEWAY_TOKEN}" } },\n}\n';
let folder = '';
let image = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'clawproof-live-verify-'));
  const lock = parseLock(readFileSync(join(inject('pinsFolder'), 'clawproof.lock'), 'utf8'));
  image = lock.images.gateway?.reference ?? '';
  await tryDocker(['volume', 'rm', '--force', VOLUME]);
  await docker('volume', 'create', '--label', TEST_LABEL, VOLUME);
  // The state that the deployment has: whoever writes to it writes to a copy.
  await inVolume('echo kept > /s/marker && chown -R 1000:1000 /s');
  mkdirSync(join(folder, 'data'));
  writeFileSync(join(folder, 'data/openclaw.json'), CONFIG);
  writeFileSync(join(folder, '.env'), 'TOKEN=0123456789abcdef0123456789abcdef\n', { mode: 0o600 });
  for (const path of ['data', 'data/openclaw.json']) chownSync(join(folder, path), 1000, 1000);
});

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await tryDocker(['volume', 'rm', '--force', VOLUME]);
});

/** The deployment as a user has it: nothing of it could run twice. */
function composeText(more = ''): string {
  return `services:
  gateway:
    image: ${image}
    container_name: clawproof-live-verify-fixed-name
    command: [--allow-unconfigured]
    restart: always
    ports: ["127.0.0.1:18789:18789"]
    environment:
      OPENCLAW_GATEWAY_TOKEN: \${TOKEN}
      OPENCLAW_CONFIG_PATH: /config/openclaw.json
    volumes:
      - state:/home/node/.openclaw
      - ./data:/config
      - /var/run/docker.sock:/var/run/docker.sock
${more}volumes:
  state:
    external: true
    name: ${VOLUME}
`;
}

async function verify(after: string, signal = new AbortController().signal): Promise<VerifyResult> {
  const compose = join(folder, 'compose.yaml');
  writeFileSync(compose, composeText());
  const request: TargetRequest = { name: 'compose.yaml', kind: 'compose', files: [compose], folder };
  const choices: AuditChoices = {
    cwd: folder,
    homeDir: tmpdir(),
    environment: {},
    composeFiles: [],
    profiles: [],
    recursive: false,
  };
  const target = await readTarget(request, { reader: createSourceReader(host.files), choices });
  const files: MendedFile[] = [{ path: compose, text: { before: composeText(), after } }];
  const ports: VerifyPorts = { ...host, signal, progress: new FakeProgress() };
  return verifyFix(ports, { target, request, choices, files });
}

/** What trials have in the engine, and their folders. */
async function leftovers(): Promise<string[]> {
  const found = await Promise.all([
    docker('ps', '--all', '--quiet', '--filter', 'name=clawproof-trial-'),
    docker('volume', 'ls', '--quiet', '--filter', 'name=clawproof-trial-'),
    docker('network', 'ls', '--quiet', '--filter', 'name=clawproof-trial-'),
  ]);
  return found.filter((lines) => lines !== '');
}

async function inVolume(script: string): Promise<string> {
  const mount = `type=volume,source=${VOLUME},target=/s`;
  return docker('run', '--rm', '--user', '0:0', '--entrypoint', 'sh', '--mount', mount, image, '-c', script);
}

async function state(): Promise<string> {
  return inVolume('ls -lA /s; cat /s/marker');
}

test('a deployment that works gets healthy, and nothing of the old one is touched', async () => {
  const before = await state();
  const result = await verify(composeText('    init: true\n    cap_drop: [ALL]\n'));
  expect(result).toMatchObject({ state: 'healthy', services: ['gateway'] });
  if (result.state === 'healthy') measured('trial of a repaired deployment', result.milliseconds);
  expect(await leftovers()).toEqual([]);
  expect(await state()).toBe(before);
  expect(readFileSync(join(folder, 'data/openclaw.json'), 'utf8')).toBe(CONFIG);
  expect(readFileSync(join(folder, 'compose.yaml'), 'utf8')).toBe(composeText());
});

test('one that cannot start is found out, with the end of its log', async () => {
  const result = await verify(composeText('    user: "4711:4711"\n    read_only: true\n'));
  expect(result).toMatchObject({ state: 'unhealthy', why: expect.stringMatching(/ended|health/) as string });
  expect(result.state === 'unhealthy' && result.log.join('\n')).toMatch(/\w/);
  expect(JSON.stringify(result)).not.toContain('0123456789abcdef');
  expect(await leftovers()).toEqual([]);
});

test('an interrupted trial leaves nothing', async () => {
  const controller = new AbortController();
  const trial = verify(composeText(), controller.signal).catch(String);
  await waitFor(
    'a container of the trial runs',
    60,
    async () => (await docker('ps', '--quiet', '--filter', 'name=clawproof-trial-')) !== '',
  );
  controller.abort(new Error('interrupted'));
  expect(await trial).toBe('Error: interrupted');
  expect(await leftovers()).toEqual([]);
});

test('an image that is not here is said, and so are files that Compose refuses', async () => {
  const other = await verify(composeText().replace(image, 'clawproof.invalid/none:1'));
  expect(other).toMatchObject({
    state: 'error',
    why: expect.stringContaining('clawproof.invalid/none:1') as string,
  });
  const broken = await verify(composeText('    nonsense: [\n'));
  expect(broken).toMatchObject({ state: 'error' });
  expect(dirname(folder)).toBe(tmpdir());
});
