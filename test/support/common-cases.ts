import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { containerLogs, docker } from './docker-cli.ts';
import { connects, listenEverywhere } from './host-listener.ts';
import { restartContainer } from './live-deployment.ts';
import type { LiveDeployment } from './live-deployment.ts';
import { measured } from './live-program.ts';
import type { CommandWatch } from './command-watch.ts';
import { containerFacts, probeFiles, tokenFiles, spawnUntilRefused } from './gateway-probes.ts';

const MiB = 1024 * 1024;
const STATE = '/home/node/.openclaw';
/** OpenClaw's state and its temporary files, what the health check remembers, and Docker's own shared memory. */
const WRITABLE = ['/dev/shm', STATE, '/run/clawproof', '/tmp'];
const WRONG = 'f'.repeat(64);

/** What the cases are about: a deployment that `up` has just made, and all that was run on the host meanwhile. */
export interface CommonSubject {
  deployment: LiveDeployment;
  watch: CommandWatch;
}

/** What holds for every preset. @param subject is asked in each test: it exists only after the file's beforeAll */
export function commonCases(subject: () => CommonSubject): void {
  const live = (): LiveDeployment => subject().deployment;

  describe('the gateway', () => {
    test('is healthy and ready', async () => {
      expect(await live().get('/healthz')).toBe(200);
      expect(await live().get('/readyz')).toBe(200);
    });

    test('answers with its token only', async () => {
      expect(live().token()).toMatch(/^[0-9a-f]{64}$/);
      expect(await live().callTool()).toBe(401);
      expect(await live().callTool({ token: WRONG })).toBe(401);
      expect(await live().callTool({ token: live().token() })).toBe(200);
    });

    test('listens on 127.0.0.1 and on no other address of the host', async () => {
      const { port } = live();
      const others = otherAddresses();
      const control = await listenEverywhere();
      try {
        expect(await connects('127.0.0.1', port)).toBe('connected');
        const looked: string[] = [];
        for (const address of others) {
          const result = await connects(address, port);
          // Interfaces come and go with containers: without the control, a refusal says nothing.
          if ((await connects(address, control.port)) !== 'connected') continue;
          expect(`${address} ${result}`).toBe(`${address} ECONNREFUSED`);
          looked.push(address);
        }
        expect(looked).toContain('127.0.0.2');
        expect(looked.length).toBeGreaterThan(1);
      } finally {
        await control.close();
      }
    });
  });

  describe('inside the gateway container', () => {
    test('no process has a capability, more privileges to gain, or another user', async () => {
      const { processes } = await containerFacts(live());
      expect(processes.some(({ command }) => command.includes('openclaw'))).toBe(true);
      for (const { status } of processes) {
        for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'])
          expect(BigInt(`0x${status[set]}`)).toBe(0n);
        expect(status).toMatchObject({ NoNewPrivs: '1', Seccomp: '2' });
        expect(status['Uid']).toBe('1000 1000 1000 1000');
        expect(status['Gid']).toBe('1000 1000 1000 1000');
        expect(['', '1000']).toContain(status['Groups']);
      }
    });

    test('the root is read-only, and just the places that need it are writable', async () => {
      const { refusals, writable, mounts } = await probeFiles(live());
      expect(new Set(Object.values(refusals))).toEqual(new Set(['EROFS']));
      expect(Object.keys(refusals)).toEqual(expect.arrayContaining(['/', '/etc', '/usr', '/app', '/opt']));
      expect(writable).toEqual(WRITABLE);
      expect(mounts).toEqual(WRITABLE);
    });

    test('nothing can be executed from what is kept in memory', async () => {
      const { executed } = await probeFiles(live());
      // The state volume is the control: there the same script runs.
      const places = WRITABLE.map((place) => [place, place === STATE ? 'ran' : 'EACCES']);
      expect(executed).toEqual(Object.fromEntries(places));
    });

    test('the limits are those of the policy', async () => {
      const { limits, cgroup } = await containerFacts(live());
      expect(cgroup).toEqual({ memory: 2048 * MiB, memoryAndSwap: 2048 * MiB, pids: 256, cpus: 2 });
      expect(limits['Max open files']).toBe('8192 8192');
      expect(limits['Max core file size']).toBe('0 0');
    });

    test('OpenClaw cannot change its configuration', async () => {
      const path = join(live().folder, 'config/openclaw/openclaw.json');
      const before = hash(path);
      const set = await live().exec('gateway', ['openclaw', 'config', 'set', 'logging.level', 'debug']);
      expect(set.code).not.toBe(0);
      expect(set.stdout + set.stderr).toMatch(/read-?only|OPENCLAW_CONFIG_READONLY|EROFS/i);
      const { refusals } = await probeFiles(live());
      expect(refusals).toMatchObject({ '/etc/openclaw/openclaw.json': 'EROFS', '/etc/openclaw': 'EROFS' });
      expect(hash(path)).toBe(before);
    });

    test('what it stores belongs to it and is closed to everybody else', async () => {
      const { state } = await probeFiles(live());
      expect(state.root).toEqual({ mode: 0o700, uid: 1000 });
      expect(state.entries.length).toBeGreaterThan(0);
      for (const { name, mode, uid, isFolder } of state.entries) {
        expect(`${name} ${uid}`).toBe(`${name} 1000`);
        expect(`${name} ${(mode & (isFolder ? 0o022 : 0o077)).toString(8)}`).toBe(`${name} 0`);
      }
    });
  });

  describe('the token is only where it belongs:', () => {
    test('in the folder, in its own file', () => {
      const token = live().token();
      const found = allFiles(live().folder).filter((path) => readFileSync(path, 'utf8').includes(token));
      expect(found).toEqual([join(live().folder, 'secrets/gateway_token')]);
    });

    test('with modes that shut out other users', () => {
      const at = (path: string): { mode: number; uid: number } => {
        const { mode, uid } = statSync(join(live().folder, path));
        return { mode: mode & 0o7777, uid };
      };
      expect(at('secrets').mode).toBe(0o700);
      expect(at('secrets/gateway_token')).toEqual({ mode: 0o400, uid: 1000 });
      expect(at('config/openclaw')).toEqual({ mode: 0o700, uid: 1000 });
      expect(at('config/openclaw/openclaw.json')).toEqual({ mode: 0o600, uid: 1000 });
      expect(at('.env').mode).toBe(0o600);
      expect(at('.clawproof').mode).toBe(0o700);
    });

    test('in no setting, log or image of the engine', async () => {
      const token = live().token();
      const ids = (await live().containers()).map(({ Id }) => Id);
      const images = (await live().containers()).map(({ Image }) => Image);
      const places: Record<string, string> = {
        inspect: await docker('inspect', ...ids, ...images),
        ...Object.fromEntries(
          await Promise.all(ids.map(async (id) => [`log of ${id}`, await containerLogs(id)])),
        ),
        ...Object.fromEntries(
          await Promise.all(
            images.map(async (id) => [`history of ${id}`, await docker('history', '--no-trunc', id)]),
          ),
        ),
      };
      for (const [place, text] of Object.entries(places)) {
        expect(text.length, place).toBeGreaterThan(0);
        expect(text.includes(token), place).toBe(false);
      }
      expect(places['inspect']).toContain('secrets/gateway_token');
    });

    test('in the container in its own file, in no environment and on no command line', async () => {
      const { files, processes } = await tokenFiles(live());
      expect(files).toEqual(['/run/secrets/gateway_token']);
      expect(processes.looked).toBeGreaterThan(1);
      expect(processes.holding).toEqual([]);
    });

    test('on no command line and in no environment of a program that clawproof ran', () => {
      const { watch } = subject();
      expect(watch.seen.some((text) => text.includes('compose'))).toBe(true);
      expect(watch.seen.filter((text) => text.includes(live().token()))).toEqual([]);
    });
  });
}

/**
 * Cases that end with a gateway which is locked or short of processes: the last ones of a file.
 * @param forgery what becomes of forwarding headers that clients send
 */
export function closingCases(subject: () => CommonSubject, forgery: 'overwritten' | 'refused'): void {
  const live = (): LiveDeployment => subject().deployment;

  describe('under attack', () => {
    test('the gateway cannot have more processes than its limit', async () => {
      const { started, error, highest } = await spawnUntilRefused(live());
      expect(error).toBe('EAGAIN');
      expect(started).toBeGreaterThan(50);
      expect(highest).toBeLessThanOrEqual(256);
      expect(highest).toBeGreaterThan(250);
    });

    /** The counters are in memory: a restart forgets what earlier tests tried. */
    async function restartGateway(): Promise<void> {
      await restartContainer(live(), 'gateway');
      const began = performance.now();
      await live().waitUntilReady(300);
      measured('gateway ready after a restart of its container', performance.now() - began);
    }

    async function guess(
      times: number,
      headers: (index: number) => Record<string, string>,
    ): Promise<unknown[]> {
      const answers: unknown[] = [];
      for (let index = 0; index < times; index += 1)
        answers.push(await live().callTool({ token: WRONG, headers: headers(index) }));
      return answers;
    }

    test('ten wrong tokens lock the client out', async () => {
      await restartGateway();
      expect(await guess(11, () => ({}))).toEqual([...Array.from({ length: 10 }, () => 401), 429]);
      expect(await live().callTool({ token: live().token() })).toBe(429);
    });

    test('forged sender addresses give no further guess', async () => {
      await restartGateway();
      const answers = await guess(44, (index) => forgedHeaders(index));
      // 401: the token was compared. 403: the gateway does not even look at it, because of the header.
      expect(answers.filter((status) => status === 401).length).toBeLessThanOrEqual(10);
      expect(answers.filter((status) => status !== 401 && status !== 403 && status !== 429)).toEqual([]);
      expect([403, 429]).toContain(answers.at(-1));
      for (let kind = 0; kind < FORGED.length; kind += 1) {
        const status = await live().callTool({ token: live().token(), headers: forgedHeaders(kind) });
        expect([403, 429]).toContain(status);
      }
      if (forgery === 'overwritten') {
        expect(answers.slice(0, 11)).toEqual([...Array.from({ length: 10 }, () => 401), 429]);
        expect(new Set(answers.slice(10))).toEqual(new Set([429]));
      }
    });
  });
}

/** Ways to claim to be somebody else, each alone and all together. */
const FORGED = [
  ['x-forwarded-for'],
  ['forwarded'],
  ['x-real-ip'],
  ['x-forwarded-for', 'forwarded', 'x-real-ip'],
];

/** Another address with every index. */
function forgedHeaders(index: number): Record<string, string> {
  const address = `198.51.100.${index + 1}`;
  const value = (name: string): string => (name === 'forwarded' ? `for=${address}` : address);
  return Object.fromEntries((FORGED[index % FORGED.length] ?? []).map((name) => [name, value(name)]));
}

function otherAddresses(): string[] {
  const all = Object.entries(networkInterfaces()).flatMap(([name, entries = []]) =>
    entries.map(({ address, family, scopeid }) =>
      family === 'IPv6' && scopeid ? `${address}%${name}` : address,
    ),
  );
  return [...new Set([...all, '127.0.0.2'])].filter((address) => address !== '127.0.0.1');
}

function allFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function hash(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}
