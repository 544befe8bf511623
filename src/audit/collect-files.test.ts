import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { deploymentFromCompose } from '../deployment/compose/read-compose.ts';
import type { DeploymentFile } from '../deployment/deployment.ts';
import type { Exec } from '../ports/exec.ts';
import { FakeFiles } from '../ports/fake/fake-files.ts';
import { createNodeExec } from '../ports/node/exec.ts';
import { createNodeFiles } from '../ports/node/files.ts';
import { markTracked } from './collect/git-tracking.ts';
import { collectFiles, type CollectedFiles, type CollectOptions } from './collect-files.ts';
import { createSourceReader } from './source-reader.ts';

const SECRET = 'kx81jdk2o0wqj3nf8sdk';

const compose = {
  services: {
    openclaw: {
      build: '.',
      command: 'openclaw gateway',
      user: '1000:1000',
      volumes: ['./data:/home/node/.openclaw', '/srv/other:/etc/openclaw', '/proc/x:/etc/openclaw/y'],
      secrets: ['token'],
    },
    remote: { build: 'https://github.com/openclaw/openclaw.git' },
    gone: { build: { context: 'gone' } },
  },
  secrets: { token: { file: './secrets/token' } },
};

function files(): FakeFiles {
  return new FakeFiles({
    '/p/.env': `OPENAI_API_KEY=${SECRET}\nPORT=18789\nOTHER_TOKEN=changeme\n`,
    '/p/.env.example': 'OPENAI_API_KEY=\n',
    '/p/.env.old': `A_TOKEN=${SECRET}\n`,
    '/p/Dockerfile': 'FROM node:24\nRUM x\n',
    '/p/.dockerignore': 'data\n.git\n',
    '/p/.git/config': '',
    '/p/secrets/token': SECRET,
    '/p/data/openclaw.json': JSON.stringify({ gateway: { auth: { token: SECRET } }, a: '${TOKEN}' }),
    '/p/data/openclaw.json.bak.2': `{ gateway: { auth: { token: '${SECRET}' } } }`,
    '/p/data/agents/main/agent/auth-profiles.json': '{}',
    '/p/node_modules/x/.env': `A_TOKEN=${SECRET}\n`,
    '/p/app/tls/server.key': '-----BEGIN PRIVATE KEY-----\n',
    '/srv/other': 'x',
    '/etc/docker/daemon.json': '{ "icc": false }',
  });
}

function collect(from: FakeFiles, options?: CollectOptions): Promise<CollectedFiles> {
  const deployment = deploymentFromCompose(JSON.stringify(compose), 'compose.yaml');
  return collectFiles(createSourceReader(from), '/p', undefined, deployment, options);
}

describe('what stands beside a compose file', () => {
  it('is described with the names of its secrets, and never with their values', async () => {
    const collected = await collect(files());
    const byPath = new Map(collected.facts.files?.map((file) => [file.path, file]));
    expect([...byPath.keys()].toSorted()).toEqual([
      '.env',
      '.env.old',
      '/srv/other',
      'data',
      'data/agents/main/agent/auth-profiles.json',
      'data/openclaw.json',
      'data/openclaw.json.bak.2',
      'secrets/token',
    ]);
    expect(byPath.get('.env')).toMatchObject({ use: 'env', secretNames: ['OPENAI_API_KEY'], mode: 0o644 });
    expect(byPath.get('.env.old')).toMatchObject({ use: 'backup', secretNames: ['A_TOKEN'] });
    expect(byPath.get('data/openclaw.json')).toMatchObject({ secretNames: ['gateway.auth.token'] });
    expect(byPath.get('data/openclaw.json.bak.2')).toMatchObject({
      use: 'backup',
      secretNames: ['gateway.auth.token'],
    });
    expect(byPath.get('data')).toMatchObject({ kind: 'directory' });
    expect(JSON.stringify(collected.facts)).not.toContain(SECRET);
    expect([...collected.sources.values()].some(({ text }) => text.includes(SECRET))).toBe(false);
  });

  it('has its Dockerfiles, what is wrong in them, and what their builds take in', async () => {
    const { facts, problems, sources } = await collect(files());
    expect(facts.dockerfiles).toMatchObject([{ path: 'Dockerfile', services: ['openclaw'] }]);
    expect(problems.map(({ id }) => id).toSorted()).toEqual([
      'dockerfile-missing',
      'dockerfile-not-understood',
    ]);
    expect(problems.find(({ position }) => position)?.position).toMatchObject({
      file: '/p/Dockerfile',
      line: 2,
    });
    expect(facts.buildContexts).toEqual([
      {
        path: '.',
        services: ['openclaw'],
        ignoreFile: '.dockerignore',
        secretFiles: ['.env', '.env.old', 'app/tls/server.key', 'secrets/token'],
      },
      { path: 'gone', services: ['gone'], secretFiles: [], unseen: 'the folder is not there' },
    ]);
    expect([...sources.keys()]).toEqual(['/p/Dockerfile', '/p/.dockerignore']);
    expect(facts.files?.find(({ path }) => path === '.env')?.isInBuildContext).toBe(true);
  });

  it('prefers the ignore file of the Dockerfile, and says when a context is too large', async () => {
    const from = files().put('/p/Dockerfile.dockerignore', '*\n');
    expect((await collect(from)).facts.buildContexts?.[0]).toMatchObject({
      ignoreFile: 'Dockerfile.dockerignore',
      secretFiles: [],
    });
    for (let index = 0; index < 2100; index += 1) from.put(`/p/many/f${index}.txt`, '');
    from.put('/p/Dockerfile.dockerignore', '');
    expect((await collect(from)).facts.buildContexts?.[0]?.unseen).toContain('only the first');
  });

  it('looks at daemon.json only when it is asked to', async () => {
    expect((await collect(files())).facts.engine).toBeUndefined();
    const daemon = '/etc/docker/daemon.json';
    expect((await collect(files(), { daemon })).facts.engine).toMatchObject({ settings: { icc: false } });
    const broken = files().put(daemon, '{');
    expect((await collect(broken, { daemon })).problems.map(({ id }) => id)).toContain(
      'daemon-config-not-understood',
    );
  });

  it('is tracked by nobody without a repository', async () => {
    const plain = new FakeFiles({ '/p/.env': 'A=1' });
    const { facts } = await collect(plain);
    expect(facts.files?.find(({ path }) => path === '.env')?.isTracked).toBe(false);
    expect((await collect(files())).facts.files?.every(({ isTracked }) => isTracked === undefined)).toBe(
      true,
    );
  });
});

describe('Git', () => {
  let root = '';
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  function repository(content: Record<string, string>): string {
    root = mkdtempSync(join(tmpdir(), 'collect-'));
    for (const [path, text] of Object.entries(content)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    execFileSync('git', ['init', '-q'], { cwd: root });
    return root;
  }

  it('tells what it tracks, and runs nothing that the repository names', async () => {
    const folder = repository({ '.env': `A_TOKEN=${SECRET}`, '.env.local': `A_TOKEN=${SECRET}` });
    const mark = join(folder, 'mark');
    writeFileSync(join(folder, 'evil.sh'), `#!/bin/sh\ntouch '${mark}'\n`, { mode: 0o755 });
    execFileSync('git', ['add', '.env'], { cwd: folder });
    execFileSync('git', ['config', 'core.fsmonitor', join(folder, 'evil.sh')], { cwd: folder });
    const deployment = deploymentFromCompose(
      JSON.stringify({ services: { openclaw: { image: 'openclaw/openclaw' } } }),
      'compose.yaml',
    );
    const reader = createSourceReader(createNodeFiles());
    const exec = createNodeExec({ env: process.env, kill: (pid, signal) => process.kill(pid, signal) });
    const { facts } = await collectFiles(reader, folder, undefined, deployment, { exec });
    expect(facts.files?.map(({ path, isTracked }) => [path, isTracked])).toEqual([
      ['.env', true],
      ['.env.local', false],
    ]);
    expect(existsSync(mark)).toBe(false);
    // The control: without the settings the monitor runs.
    execFileSync('git', ['ls-files'], { cwd: folder, stdio: 'ignore' });
    execFileSync('git', ['status'], { cwd: folder, stdio: 'ignore' });
    expect(existsSync(mark)).toBe(true);
  });

  it('could reach no remote, whatever protocols the repository allows', async () => {
    const folder = repository({ '.env': `A_TOKEN=${SECRET}` });
    const mark = join(folder, 'mark');
    const config = (name: string, value: string): void => {
      execFileSync('git', ['config', name, value], { cwd: folder });
    };
    config('remote.origin.url', `ext::touch ${mark}`);
    config('protocol.ext.allow', 'always');
    let asked: { args: readonly string[]; env: Record<string, string | undefined> } = { args: [], env: {} };
    const exec: Pick<Exec, 'run'> = {
      run: (_command, args, options) => {
        asked = { args, env: options?.env ?? {} };
        return Promise.reject(new Error('seen'));
      },
    };
    const file = { path: '.env', use: 'env' } as DeploymentFile;
    const reader = createSourceReader(createNodeFiles());
    await expect(markTracked(reader, exec, folder, [file])).rejects.toThrow('seen');
    // What the options and variables of that call are worth, tried with a command that wants the remote.
    const options = asked.args.slice(0, asked.args.indexOf('ls-files'));
    const fetchWith = (env: Record<string, string | undefined>): void => {
      const all = { ...process.env, ...env };
      expect(() =>
        execFileSync('git', [...options, 'fetch', 'origin'], { cwd: folder, env: all, stdio: 'ignore' }),
      ).toThrow('Command failed');
    };
    fetchWith(asked.env);
    expect(existsSync(mark)).toBe(false);
    fetchWith({ ...asked.env, GIT_ALLOW_PROTOCOL: undefined });
    expect(existsSync(mark)).toBe(true);
  });
});
