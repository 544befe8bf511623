import { readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { bundle } from '../../support/bundle.mjs';
import { importSource } from '../../support/import-source.mjs';
import { capture, root } from '../../support/run.mjs';
import { clawproof, MAIN, must } from './bench.mjs';
import { MARKER } from './kill-look.mjs';

const KEY = 'not-a-real-key-0123456789abcdef';
/** Long enough for a kill in its middle, short enough that it ends by itself while `recover` is at it. */
const DOCTOR_MS = 1000;

/**
 * The commands that are killed, by name. Of each: `change` gives the change with its steps; `begin` prepares the deployment
 * once and gives what the others get as `state`; `before` and `after` make the deployment what it is before each kill, and
 * before the next one where the change was completed; `command` gives its arguments and what it reads; `isMade` judges a
 * completed one; `leaves` matches what it may leave; `meanwhile` looks between the kill and `recover`.
 */
export const CASES = {
  restore: {
    change: async () => (await importSource('operate/backup/restore-change.ts')).restoreChange(),
    async begin(deployment) {
      const secret = await generateX25519Identity();
      const identity = join(deployment.parent, 'identity');
      await writeFile(identity, `${secret}\n`, { mode: 0o600 });
      await mark(deployment, 'in the backup');
      const recipient = await identityToRecipient(secret);
      const made = await clawproof(
        '-C',
        deployment.folder,
        'backup',
        '--recipient',
        recipient,
        '-o',
        deployment.parent,
      );
      return { file: made.file, identity };
    },
    before: (deployment) => mark(deployment, 'now'),
    command: (_deployment, { file, identity }) => ({
      args: ['restore', file, '--identity', identity, '--yes'],
    }),
    isMade: (_was, is) => is.marker === 'in the backup' && is.other === 401,
    leaves: /^\.clawproof\/token/,
  },
  update: {
    change: async () => (await importSource('operate/update/update-change.ts')).updateChange,
    begin: beginUpdates,
    before: (deployment) => mark(deployment, 'kept'),
    command: (_deployment, { version }) => ({ args: ['update', version, '--yes', '--no-prove'] }),
    isMade: (_was, is, differ) => is.marker === '' && differ.includes('clawproof.yaml'),
    leaves: /before-update/,
    after: (deployment) => clawproof('-C', deployment.folder, 'rollback', '--yes'),
    end: endUpdates,
  },
  rollback: {
    change: async () => (await importSource('operate/update/rollback-change.ts')).rollbackChange,
    begin: beginUpdates,
    async before(deployment, state) {
      if (state.isUpdated) return;
      await mark(deployment, 'kept');
      await run(deployment, 'update', state.version, '--yes', '--no-prove');
      state.isUpdated = true;
    },
    command: () => ({ args: ['rollback', '--yes'] }),
    isMade: (_was, is, differ) => is.marker === 'kept' && differ.includes('clawproof.yaml'),
    after: (_deployment, state) => {
      state.isUpdated = false;
    },
    async end(deployment, state) {
      if (state.isUpdated) await run(deployment, 'rollback', '--yes');
      await endUpdates(deployment, state);
    },
  },
  'token rotate': {
    change: async () => (await importSource('operate/token/rotate-token.ts')).tokenRotation,
    begin: async () => ({}),
    command: () => ({ args: ['token', 'rotate'] }),
    isMade: (_was, is, differ) => is.other === 401 && differ.join() === 'secrets/gateway_token',
    leaves: /^\.clawproof\/token/,
  },
  'secrets set': {
    change: async () =>
      (await importSource('operate/provider-secrets/key-change.ts')).keyChange('secrets set'),
    begin: async () => ({}),
    command: () => ({
      args: ['secrets', 'set', 'MISTRAL_API_KEY', '--for', 'models.providers.mistral.apiKey'],
      input: `${KEY}\n`,
    }),
    isMade: (_was, _is, differ) => differ.includes('secrets/keys/MISTRAL_API_KEY'),
    after: (deployment) =>
      run(deployment, 'secrets', 'remove', 'MISTRAL_API_KEY', '--with-settings', '--yes'),
  },
  exec: {
    change: async () => (await importSource('operate/exec-mode/exec-change.ts')).interruptedExecChange,
    async begin(deployment) {
      const script = join(deployment.parent, 'report.sh');
      await writeFile(script, '#!/bin/sh\necho report\n');
      return { script };
    },
    // Without its proof, whose kills are those of a proof: a minute each.
    command: (_deployment, { script }) => ({ args: ['exec', 'add', script, '--no-prove'] }),
    isMade: (_was, _is, differ) => differ.includes('scripts/report.sh'),
    after: (deployment) => run(deployment, 'exec', 'remove', 'report.sh', '--no-prove'),
  },
  'expose https': {
    change: async () => (await importSource('operate/expose/expose-change.ts')).exposeChange,
    begin: async () => ({}),
    command: (deployment) => ({ args: exposeArguments(deployment) }),
    // Open is right where all that can be tried behind closed ports was tried: from "open" on.
    async meanwhile(deployment, begun) {
      const isOpen = await answersAt(doorPort(deployment));
      const mayBe = begun === null || begun.includes('open');
      return {
        words: `: the door is ${isOpen ? 'open' : 'shut'}`,
        wrong: isOpen && !mayBe ? ['the door is open and was not attacked'] : [],
      };
    },
    isMade: (_was, { things }, differ) => differ.includes('clawproof.yaml') && things.some(isEdge),
    leaves: /edge|certificates|issued|door\.json/,
    after: (deployment) => run(deployment, 'expose', 'off'),
  },
  'expose off': {
    change: async () => (await importSource('operate/expose/expose-change.ts')).exposeOff,
    begin: async () => ({}),
    async before(deployment) {
      if (!(await answersAt(doorPort(deployment)))) await run(deployment, ...exposeArguments(deployment));
    },
    command: () => ({ args: ['expose', 'off'] }),
    meanwhile: async (deployment) => ({
      words: `: the door is ${(await answersAt(doorPort(deployment))) ? 'open' : 'shut'}`,
    }),
    isMade: (_was, is, differ) => differ.includes('clawproof.yaml') && !is.things.some(isEdge),
    async end(deployment) {
      if (await answersAt(doorPort(deployment))) await run(deployment, 'expose', 'off');
    },
  },
};

/** Beside the gateway's own. */
function doorPort({ port }) {
  return port + 21;
}

function exposeArguments(deployment) {
  const port = doorPort(deployment);
  const own = ['--domain', 'claw.example.org', '--certificate', 'internal', '--address', '127.0.0.1'];
  return ['expose', 'https', ...own, '--port', `${port}`, '--redirect-port', `${port + 1}`];
}

function isEdge(thing) {
  return /^container .*-edge-1$/.test(thing);
}

/** True when something takes connections there. */
function answersAt(port) {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1');
    const end = (answer) => {
      socket.destroy();
      done(answer);
    };
    socket.setTimeout(3000, () => end(false));
    socket.on('connect', () => end(true)).on('error', () => end(false));
  });
}

/** A version to update to that nobody published, and an npm registry on loopback that has it. */
async function beginUpdates(deployment) {
  return { ...(await makeStandIn(deployment)), isUpdated: false };
}

/**
 * Makes the image of the version after the one in the deployment's lock, with a small program in OpenClaw's place, and has
 * the deployment's commands ask an npm registry on loopback that knows this version.
 * @param mode "broken" for one that gets ready on a copy of the state only
 */
export async function makeStandIn(deployment, mode = 'well') {
  const folder = join(deployment.parent, 'stand-in');
  await bundle(join(root, 'test/support/stand-in-version.ts'), folder);
  const { makeStandInImage, startStandInNpm } = await import(
    pathToFileURL(join(folder, 'stand-in-version.js')).href
  );
  const { parseLock } = await importSource('engine/lock-file.ts');
  const lock = parseLock(await readFile(join(deployment.folder, 'clawproof.lock'), 'utf8'));
  const [year, month, patch] = lock.openclaw.version.split('-')[0].split('.').map(Number);
  const version = `${year}.${month}.${patch + 1}`;
  const npm = await startStandInNpm([lock.openclaw.version, version]);
  deployment.env = npm.env;
  return { version, npm, tag: await makeStandInImage(npm, lock, version, mode, DOCTOR_MS) };
}

async function endUpdates(deployment, { npm, tag }) {
  await npm.stop();
  deployment.env = {};
  await run(deployment, 'update', '--prune', '--yes');
  await capture('docker', ['image', 'rm', tag]);
}

async function run({ folder, env }, ...args) {
  await must(process.execPath, [MAIN, '-C', folder, ...args], { env: { ...process.env, ...env } });
}

async function mark({ name }, text) {
  await must('docker', ['exec', `${name}-gateway-1`, 'sh', '-c', `printf '%s' '${text}' > ${MARKER}`]);
}
