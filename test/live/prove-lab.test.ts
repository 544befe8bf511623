import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { removeLeftBehind } from '../../src/prove/lab/removal.ts';
import { PROOF_LABELS } from '../../src/prove/layout.ts';
import { createCells } from '../../src/prove/twin/cells.ts';
import { builtImage, docker, inspectContainer, TEST_LABEL } from '../support/docker-cli.ts';
import { plainSpec, PROOF_LAB_SOURCE, proofHost, proveForever } from '../support/proof-lab.ts';
import { startProgram } from '../support/run-program.ts';

const NAME = 'clawproof-live-lab';
const SELF = { id: 'p/self', run: 'self', params: {}, timeoutMs: 10_000 };
let image = '';
let folder = '';

beforeAll(async () => {
  image = await builtImage('gateway');
  folder = mkdtempSync(join(tmpdir(), 'clawproof-live-lab-'));
  writeFileSync(join(folder, 'token'), '0123456789abcdef', { mode: 0o400 });
});

afterEach(async () => {
  for (const kind of ['container', 'volume'])
    for (const name of await listed(kind, `${TEST_LABEL}=lab`)) await docker(kind, 'rm', '--force', name);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Names of what has this label. */
async function listed(kind: string, label: string): Promise<string[]> {
  const all = kind === 'container' ? ['--all'] : [];
  const format = kind === 'container' ? '{{.Names}}' : '{{.Name}}';
  const names = await docker(kind, 'ls', ...all, '--filter', `label=${label}`, '--format', format);
  return names.split('\n').filter((name) => name !== '');
}

async function left(label: string): Promise<string[]> {
  return (await Promise.all(['container', 'network', 'volume'].map((kind) => listed(kind, label)))).flat();
}

/** A container that stands for a gateway; it runs nothing of OpenClaw. */
async function target(name: string, ...flags: string[]): Promise<string> {
  const program = ['node', image, '-e', 'setInterval(() => {}, 1000)'];
  await docker(
    'run',
    '--detach',
    '--name',
    name,
    '--label',
    `${TEST_LABEL}=lab`,
    ...flags,
    '--entrypoint',
    ...program,
  );
  return name;
}

/** What the payload says of itself in a cell of the target. */
async function selfInCellOf(container: string): Promise<{ uid?: number; node?: string }> {
  const host = proofHost();
  const lab = await host.lab(image);
  try {
    const cell = await createCells(lab, host.ports.random).of(await host.twinOf(container));
    const seen = (await lab.runAttempts('cell', cell, [SELF])).get(SELF.id);
    if (seen === undefined || 'error' in seen) throw new Error(JSON.stringify(seen));
    return seen.result as { uid: number };
  } finally {
    await lab.close();
    expect(await left(`${PROOF_LABELS.proof}=${lab.id}`)).toEqual([]);
  }
}

test('a cell of a hardened container runs the attempts, and the container notices nothing', async () => {
  const hardened = ['--read-only', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', '--user', '1000:1000', '--init', '--memory', '256m', '--pids-limit', '64', '--tmpfs', '/tmp:noexec,nosuid,nodev', '--volume', `${NAME}-state:/home/node/.openclaw`, '--volume', `${join(folder, 'token')}:/run/secrets/gateway_token:ro`, '--env', 'NODE_OPTIONS=--max-old-space-size=64']; // prettier-ignore
  await docker('volume', 'create', '--label', `${TEST_LABEL}=lab`, `${NAME}-state`);
  const name = await target(`${NAME}-hardened`, ...hardened);
  const before = await inspectContainer(name);
  expect(await selfInCellOf(name)).toMatchObject({
    uid: 1000,
    node: expect.stringMatching(/^v\d+/) as string,
  });
  const after = await inspectContainer(name);
  expect(after.State).toEqual(before.State);
});

test('cells of weak containers run as well', async () => {
  const root = await target(`${NAME}-root`, '--user', '0:0');
  const guest = await target(
    `${NAME}-guest`,
    '--network',
    `container:${root}`,
    '--privileged',
    '--log-driver',
    'local',
  );
  const onHost = await target(`${NAME}-host`, '--network', 'host', '--pid', 'host', '--uts', 'host', '--volume', '/var/run:/host-run'); // prettier-ignore
  expect(await selfInCellOf(root)).toMatchObject({ uid: 0 });
  expect(await selfInCellOf(guest)).toMatchObject({ uid: 1000 });
  expect(await selfInCellOf(onHost)).toMatchObject({ uid: 1000 });
});

test('an abort at any time leaves nothing', async () => {
  for (const ms of [0, 150, 700]) {
    const controller = new AbortController();
    const host = proofHost(controller.signal);
    const lab = await host.lab(image);
    const reason = new Error('stopped by the test');
    const running = lab.runAttempts('cell', plainSpec(image), [SELF]);
    setTimeout(() => controller.abort(reason), ms);
    await running.catch((error: unknown) => expect(error).toBe(reason));
    await lab.close();
    expect(await left(`${PROOF_LABELS.proof}=${lab.id}`)).toEqual([]);
  }
});

test('what a killed run made is removed by the next one', async () => {
  const entry = join(folder, 'forever.mjs');
  writeFileSync(entry, `import { ${proveForever.name} } from ${JSON.stringify(PROOF_LAB_SOURCE)};\nawait ${proveForever.name}(${JSON.stringify(image)});\n`); // prettier-ignore
  const build = await rolldown({ input: entry, platform: 'node' });
  await build.write({ dir: join(folder, 'out'), format: 'esm' });
  await build.close();
  const { connection, ports } = proofHost();
  let found = 0;
  for (let round = 0; round < 3; round += 1) {
    const running = startProgram(process.execPath, [join(folder, 'out/forever.js')]);
    const ms = 1000 + Math.round(Math.random() * 3000);
    await new Promise((resolve) => setTimeout(resolve, ms));
    process.kill(-running.pid, 'SIGKILL');
    await running.done;
    const owner = `${ports.system.hostName}:${running.pid}:`;
    const ofThatRun = async (): Promise<string[]> => (await made()).filter(([, label]) => label.startsWith(owner)).map(([name]) => name); // prettier-ignore
    found += (await ofThatRun()).length;
    expect(await removeLeftBehind(connection, ports)).toEqual([]);
    expect(await ofThatRun(), `killed after ${ms} ms`).toEqual([]);
  }
  expect(found).toBeGreaterThan(0);
});

/** Name and owner of everything that proofs made. */
async function made(): Promise<[name: string, owner: string][]> {
  const lists = await Promise.all(
    ['container', 'network', 'volume'].map(async (kind) => {
      const names = await listed(kind, PROOF_LABELS.owner);
      const path = kind === 'container' ? '.Config.Labels' : '.Labels';
      return Promise.all(
        names.map(async (name): Promise<[string, string]> => {
          const format = `{{index ${path} "${PROOF_LABELS.owner}"}}`;
          // Another proof on this engine may be over in between.
          return [name, await docker(kind, 'inspect', '--format', format, name).catch(() => '')];
        }),
      );
    }),
  );
  return lists.flat();
}
