import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { builtImage, docker, TEST_LABEL, tryDocker } from '../support/docker-cli.ts';
import { folderState, leftovers } from '../support/folder-state.ts';
import { createLiveDeployment } from '../support/live-deployment.ts';
import type { LiveDeployment } from '../support/live-deployment.ts';
import { runCli } from '../support/live-program.ts';
import type { RunResult } from '../support/run-program.ts';
import { mountSmallDisk } from '../support/small-disk.ts';

const PORT = 28_795;
const NAME = 'live-bad-input';
const NO_ENGINE = { env: { DOCKER_HOST: 'unix:///nonexistent/docker.sock' } };
/** What a run keeps for itself; everything else in a folder is the user's or the deployment's. */
const OWN = ['.clawproof'];

let live: LiveDeployment;

beforeEach(async () => {
  if (live !== undefined) await live.remove();
  live = await createLiveDeployment({ name: NAME, port: PORT, preset: 'caged' });
});

afterAll(() => live.remove());

/** The error is one of the catalogue, with what happened, the state of the files and what to do. */
function expectError(result: RunResult, id: string, code: number): void {
  expect(result.stderr).toContain(`[${id}]`);
  expect(result.code).toBe(code);
  expect(result.stderr).toContain('What to do');
  expect(result.stderr).not.toContain('This is a bug');
  expect(result.stderr).not.toMatch(/^\s+at .*\.js:\d+/m);
}

async function expectNothingStarted(): Promise<void> {
  const filter = ['--all', '--quiet', '--filter', `label=com.docker.compose.project=${NAME}`];
  expect(await docker('container', 'ls', ...filter)).toBe('');
}

/** Runs `up`, which must fail with this error and leave the folder as it is. */
async function refused(id: string, code: number): Promise<RunResult> {
  const before = folderState(live.folder, OWN);
  const result = await live.cli('up');
  expectError(result, id, code);
  expect(folderState(live.folder, OWN)).toEqual(before);
  expect(leftovers(live.folder)).toEqual([]);
  await expectNothingStarted();
  return result;
}

describe('clawproof.yaml', () => {
  test('from a newer clawproof', async () => {
    live.writePolicy({ version: 2 });
    const { stderr } = await refused('policy-too-new', 2);
    expect(stderr).toContain('clawproof.yaml:2:');
  });

  test('with a misspelt key', async () => {
    live.writePolicy({ resurces: { memory: '2g' } });
    const { stderr } = await refused('policy-invalid', 2);
    expect(stderr).toMatch(/resurces.*resources/s);
  });

  test('with a value of the wrong type', async () => {
    live.writePolicy({ resources: { pids: 'many' } });
    const { stderr } = await refused('policy-invalid', 2);
    expect(stderr).toContain('a whole number from 128');
  });

  test('with a version of OpenClaw that does not exist', async () => {
    live.writePolicy({ openclaw: { version: '2026.1.999' } });
    const before = folderState(live.folder, [...OWN, 'build', 'clawproof.lock']);
    const result = await live.cli('up');
    expectError(result, 'package-version-missing', 2);
    expect(result.stderr).toContain('2026.1.999');
    expect(folderState(live.folder, [...OWN, 'build', 'clawproof.lock'])).toEqual(before);
    expect(leftovers(live.folder)).toEqual([]);
    await expectNothingStarted();
  });
});

describe('the folder', () => {
  test.each(['compose.yaml', 'docker-compose.yml'])('holds the %s of somebody else', async (name) => {
    rmSync(live.folder, { recursive: true });
    mkdirSync(live.folder);
    writeFileSync(join(live.folder, name), 'services: {}\n');
    const { stderr } = await refused('foreign-folder', 2);
    expect(stderr).toContain(name);
    expect(readdirSync(live.folder)).toEqual([name]);
  });

  test.each([
    ['secrets', 'folder'],
    ['secrets/gateway_token', 'file'],
    ['config', 'folder'],
    ['config/openclaw', 'folder'],
    ['config/openclaw/openclaw.json', 'file'],
    ['.clawproof', 'folder'],
  ])('has a symbolic link at %s', async (path, kind) => {
    const target = join(live.folder, '..', `target-of-${path.replaceAll('/', '-')}`);
    if (kind === 'folder') mkdirSync(target);
    else writeFileSync(target, 'precious');
    mkdirSync(join(live.folder, path, '..'), { recursive: true });
    symlinkSync(target, join(live.folder, path));
    await refused('symlink-in-way', 2);
    if (kind === 'folder') expect(readdirSync(target)).toEqual([]);
    else expect(readFileSync(target, 'utf8')).toBe('precious');
  });

  test('cannot be written to', async () => {
    const disk = await mountSmallDisk(join(live.folder, 'disk'), '1m');
    try {
      writeFileSync(join(disk.path, 'clawproof.yaml'), readFileSync(join(live.folder, 'clawproof.yaml')));
      await disk.makeReadOnly();
      const before = folderState(disk.path);
      expectError(await runCli(['up', disk.path]), 'read-only-file-system', 4);
      expectError(await runCli(['up', join(disk.path, 'new')]), 'read-only-file-system', 4);
      expect(folderState(disk.path)).toEqual(before);
      await expectNothingStarted();
    } finally {
      await disk.remove();
    }
  });

  test('has too little space: nothing is begun', async () => {
    const disk = await mountSmallDisk(join(live.folder, 'disk'), '64m');
    try {
      writeFileSync(join(disk.path, 'clawproof.yaml'), readFileSync(join(live.folder, 'clawproof.yaml')));
      const before = folderState(disk.path, OWN);
      const result = await runCli(['up', disk.path]);
      expectError(result, 'disk-full', 4);
      expect(result.stderr).toContain(disk.path);
      expect(folderState(disk.path, OWN)).toEqual(before);
      await expectNothingStarted();
    } finally {
      await disk.remove();
    }
  });

  test.each([0, 8, 24, 48])(
    'gets full with %i KiB left: each file is there as a whole or not at all',
    async (left) => {
      // Without an engine all files are written, and nothing looks at the free space beforehand.
      await runCli(['-C', live.folder, 'up'], NO_ENGINE);
      const whole = folderState(live.folder);
      const disk = await mountSmallDisk(join(live.folder, 'disk'), '1m');
      try {
        writeFileSync(join(disk.path, 'clawproof.yaml'), readFileSync(join(live.folder, 'clawproof.yaml')));
        disk.fill(left * 1024);
        const result = await runCli(['-C', disk.path, 'up'], NO_ENGINE);
        expectError(result, 'disk-full', 4);
        expect(leftovers(disk.path)).toEqual([]);
        const written = Object.entries(
          folderState(disk.path, ['filler', 'secrets', 'clawproof.lock', ...OWN]),
        );
        for (const [path, state] of written) expect(`${path}: ${state}`).toBe(`${path}: ${whole[path]}`);
        const token = statSync(join(disk.path, 'secrets/gateway_token'), { throwIfNoEntry: false });
        if (token !== undefined) expect(token.size).toBe(64);

        // With space again, the same command goes on.
        rmSync(join(disk.path, 'filler'));
        const next = await runCli(['-C', disk.path, 'up'], NO_ENGINE);
        expect(next.stdout).toContain('The folder is ready, but nothing runs');
      } finally {
        await disk.remove();
      }
    },
  );
});

describe('around it', () => {
  test('the port is in use', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(PORT, '127.0.0.1', resolve));
    try {
      const { stderr } = await refused('port-taken', 4);
      expect(stderr).toContain(String(PORT));
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });

  test('another folder has a project of the same name', async () => {
    const other = join(live.folder, '../other');
    mkdirSync(other);
    const project = 'com.docker.compose.project';
    const labels = [`${project}=${NAME}`, `${project}.working_dir=${other}`, TEST_LABEL];
    await docker(
      ['run', '--detach', '--name', `${NAME}-other`, ...labels.flatMap((label) => ['--label', label])],
      ['--network', 'none', '--entrypoint', 'sleep', await builtImage('egress'), '600'],
    );
    try {
      const before = folderState(live.folder, OWN);
      const result = await live.cli('up');
      expectError(result, 'project-name-taken', 2);
      expect(result.stderr).toContain(other);
      expect(folderState(live.folder, OWN)).toEqual(before);
      expect(await docker('inspect', '--format', '{{.State.Running}}', `${NAME}-other`)).toBe('true');
    } finally {
      await tryDocker(['rm', '--force', `${NAME}-other`]);
    }
  });

  test('no engine answers: the folder is rendered, and one line says what is missing', async () => {
    const { code, stdout, stderr } = await runCli(['-C', live.folder, 'up'], NO_ENGINE);
    expect(code).toBe(4);
    const [line = ''] = stdout.split('\n');
    expect(line).toContain('The folder is ready, but nothing runs');
    expect(line).toContain('unix:///nonexistent/docker.sock');
    expect(stderr).not.toContain('This is a bug');
    const state = folderState(live.folder);
    for (const path of ['compose.yaml', 'config/openclaw/openclaw.json', 'config/egress/squid.conf'])
      expect(state[path]).toBeDefined();
    expect(state['secrets']).toMatch(/^700 /);
    expect(state['secrets/gateway_token']).toMatch(/^400 /);
    await expectNothingStarted();

    const status = await runCli(['-C', live.folder, 'status'], NO_ENGINE);
    expectError(status, 'engine-not-ready', 4);
  });
});
