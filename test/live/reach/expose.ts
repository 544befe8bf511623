import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type DoorAttempt,
  insideAttempts,
  outsideAttempts,
} from '../../../src/operate/expose/door-attempts.ts';
import { DOOR_SCRIPT } from '../../../src/operate/expose/door-script.ts';
import { type DoorSeen, judgeDoor } from '../../../src/operate/expose/judge-door.ts';
import { loadPolicy } from '../../../src/policy/load.ts';
import type { HttpsAccess } from '../../../src/policy/https-access.ts';
import { docker, inspectContainer, tryDocker } from '../../support/docker-cli.ts';
import type { LiveDeployment } from '../../support/live-deployment.ts';
import { runProgram } from '../../support/run-program.ts';
import { lockTests } from './expose-locks.ts';
import { waitFor } from '../../support/wait-for.ts';

/** A network namespace that stands for a machine beside this host, and the addresses between them (RFC 2544). */
const OUTSIDE = {
  name: 'clawproof-expose',
  host: '198.18.77.1',
  listed: '198.18.77.2',
  other: '198.18.77.3',
};
const DOMAIN = 'claw.example.org';
const PORTS = { https: 28_843, plain: 28_844 };

/** HTTPS for other machines: opened, attacked from beside the host, weakened point by point, and closed. */
export function exposeTests(live: () => LiveDeployment): void {
  describe('expose', () => {
    let before: { policy: string; lock: string };

    const read = (path: string): string => readFileSync(join(live().folder, path), 'utf8');

    beforeAll(async () => {
      before = { policy: read('clawproof.yaml'), lock: read('clawproof.lock') };
      await makeOutside();
    });

    afterAll(async () => {
      if (live().folder !== '' && read('clawproof.yaml').includes(DOMAIN)) await live().cli('expose', 'off');
      await removeOutside();
    });

    test('refuses to listen on all addresses when nobody says yes', async () => {
      const { code, stderr } = await live().cli('expose', 'https', '--domain', DOMAIN);
      expect(code).toBe(2);
      expect(stderr).toContain('expose-declined');
      expect(read('clawproof.yaml')).toBe(before.policy);
    });

    test('opens HTTPS, with every protection proved', async () => {
      const { code, stdout, stderr } = await live().cli('expose', 'https', '--json', ...httpsArguments());
      expect(code, stderr).toBe(0);
      const { checks, url } = JSON.parse(stdout) as { checks: { id: string; state: string }[]; url: string };
      expect(url).toBe(`https://${DOMAIN}:${PORTS.https}/`);
      expect(checks.filter(({ state }) => state === 'pass').map(({ id }) => id)).toHaveLength(12);
      // Its second lock was not asked for.
      expect(checks.filter(({ state }) => state !== 'pass').map(({ id }) => id)).toEqual(['https-login']);
      const { HostConfig } = JSON.parse(
        await docker('container', 'inspect', '--format', '{{json .}}', `${live().name}-edge-1`),
      ) as { HostConfig: { CapAdd: string[] | null; CapDrop: string[]; ReadonlyRootfs: boolean } };
      expect(HostConfig).toMatchObject({ CapAdd: null, CapDrop: ['ALL'], ReadonlyRootfs: true });
    });

    test('serves the machine beside it that is listed, and no other', async () => {
      const ca = read('config/edge/root-ca.pem');
      const ask = { host: OUTSIDE.host, port: PORTS.https, servername: DOMAIN, ca };
      const headers = { host: DOMAIN };
      const seen = await fromOutside([
        { id: 'listed', kind: 'tls', ...ask, source: OUTSIDE.listed },
        { id: 'health', kind: 'http', ...ask, source: OUTSIDE.listed, path: '/healthz', headers },
        { id: 'other', kind: 'tls', ...ask, source: OUTSIDE.other },
        { id: 'plain', kind: 'http', host: OUTSIDE.host, port: PORTS.plain, source: OUTSIDE.listed, path: '/?token=abc', headers }, // prettier-ignore
        { id: 'local', kind: 'http', host: OUTSIDE.host, port: live().port, path: '/healthz' },
      ]);
      expect(seen['listed']).toMatchObject({ protocol: 'TLSv1.3', authorized: true });
      expect(seen['health']).toMatchObject({ status: 200 });
      expect(seen['other']?.protocol).toBeUndefined();
      expect(seen['other']?.error).toMatch(/ECONNRESET|closed|disconnected/);
      expect(seen['plain']).toMatchObject({ status: 301, headers: { location: `https://${DOMAIN}:${PORTS.https}/` } }); // prettier-ignore
      // The port of this host stays on its loopback address.
      expect(seen['local']).toMatchObject({ error: 'ECONNREFUSED' });
    });

    test('lets the edge read no key but those of its certificate', async () => {
      const reads = async (service: string, path: string): Promise<boolean> =>
        (await tryDocker(['exec', `${live().name}-${service}-1`, 'test', '-r', path])).code === 0;
      const key = '/certificates/pki/authorities/local/root.key';
      expect([await reads('certificates', key), await reads('edge', key)]).toEqual([true, false]);
    });

    test('locks out who guesses tokens, whatever address they claim', async () => {
      const ask = { host: OUTSIDE.host, port: PORTS.https, servername: DOMAIN, source: OUTSIDE.listed };
      const guesses = Array.from({ length: 12 }, (_, index): DoorAttempt => {
        const forged = `203.0.113.${index + 1}`;
        const headers = { host: DOMAIN, authorization: `Bearer ${'0'.repeat(62)}${index + 10}`, 'content-type': 'application/json', 'x-forwarded-for': forged, 'x-real-ip': forged, forwarded: `for=${forged}` }; // prettier-ignore
        return { id: `guess-${index}`, kind: 'http', ...ask, method: 'POST', path: '/tools/invoke', body: '{"tool":"sessions_list","args":{}}', headers }; // prettier-ignore
      });
      const seen = await fromOutside(guesses);
      expect(guesses.map(({ id }) => seen[id]?.status)).toEqual([...Array(10).fill(401), 429, 429]);
      expect(await live().callTool({ token: live().token() })).toBe(200);
    });

    test.each(WEAKENED)('finds that %s', { timeout: 60_000 }, async (_, found, [from, to]) => {
      const path = join(live().folder, 'config/edge/nginx.conf');
      const good = readFileSync(path, 'utf8');
      expect(good).toContain(from);
      try {
        await reload(live().name, path, good.replaceAll(from, to));
        expect(await failing(live())).toEqual(found);
      } finally {
        await reload(live().name, path, good);
      }
    });

    test('finds nothing when all is as it was', async () => {
      expect(await failing(live())).toEqual([]);
    });

    test('refuses settings whose files are not there', async () => {
      const settings = read('clawproof.yaml');
      const args = httpsArguments();
      args.splice(args.indexOf('internal'), 1, 'files');
      const { code, stderr } = await live().cli('expose', 'https', ...args);
      expect(code, stderr).toBe(2);
      expect(stderr).toContain('expose-files-missing');
      expect(read('clawproof.yaml')).toBe(settings);
    });

    lockTests(live, { domain: DOMAIN, port: PORTS.https, host: OUTSIDE.host, caller: OUTSIDE.listed, settings: httpsArguments(), fromOutside }); // prettier-ignore

    test('closes it, and nothing answers any more', async () => {
      const { code, stdout, stderr } = await live().cli('expose', 'off', '--json');
      expect(code, stderr).toBe(0);
      const { checks } = JSON.parse(stdout) as { checks: { state: string }[] };
      expect(checks.map(({ state }) => state)).toEqual(['pass', 'pass', 'pass', 'pass', 'pass']);
      const seen = await fromOutside([
        { id: 'https', kind: 'tls', host: OUTSIDE.host, port: PORTS.https, servername: DOMAIN },
        { id: 'plain', kind: 'http', host: OUTSIDE.host, port: PORTS.plain },
      ]);
      expect(seen).toMatchObject({ https: { error: 'ECONNREFUSED' }, plain: { error: 'ECONNREFUSED' } });
      expect((await tryDocker(['container', 'inspect', `${live().name}-edge-1`])).code).not.toBe(0);
      expect(read('clawproof.yaml')).toBe(before.policy);
      expect(read('clawproof.lock')).toBe(before.lock);
      expect(await live().callTool({ token: live().token() })).toBe(200);
    });
  });
}

/** What a weakened edge is like, which checks must then fail, and the text that makes it so. */
const WEAKENED: [string, string[], [from: string, to: string]][] = [
  ['old TLS is spoken', ['https-tls'], ['TLSv1.2 TLSv1.3;\n\tssl_ciphers ', 'TLSv1.1 TLSv1.2 TLSv1.3;\n\tssl_ciphers ALL:@SECLEVEL=0:']], // prettier-ignore
  ['other names are served', ['https-name'], ['\t\tssl_reject_handshake on;', '\t\tssl_certificate $certificate_path; ssl_certificate_key $key_path; return 200;']], // prettier-ignore
  ['browsers are not told to use HTTPS', ['https-hsts'], ['add_header Strict', 'add_header X-Strict']],
  ['a redirect carries the token', ['https-plain'], [`:${PORTS.https}/;`, `:${PORTS.https}$request_uri;`]], // prettier-ignore
  ['the allowlist is open', ['https-allow'], ['\t\tdeny all;', '']],
  ['a forged header gets through', ['https-forged'], ['proxy_set_header X-Real-IP "";', '']],
  ['a WebSocket is not opened', ['https-websocket'], ['proxy_set_header Upgrade $http_upgrade;', '']],
  ['requests have no limit', ['https-rate'], ['\t\tlimit_req zone', '\t\t# limit_req zone']],
  ['connections have no limit', ['https-connections'], ['limit_conn connections 32', 'limit_conn connections 2000']], // prettier-ignore
];

function httpsArguments(): string[] {
  return [
    '--domain', DOMAIN, '--address', OUTSIDE.host, '--certificate', 'internal',
    '--port', String(PORTS.https), '--redirect-port', String(PORTS.plain),
    '--allow', `${OUTSIDE.listed}/32`,
  ]; // prettier-ignore
}

/** Changes the text of the file that is mounted, and has nginx read it. */
async function reload(name: string, path: string, text: string): Promise<void> {
  writeFileSync(path, text);
  const edge = `${name}-edge-1`;
  await docker('exec', edge, 'nginx', '-e', 'stderr', '-t', '-q', '-c', '/etc/clawproof/nginx.conf');
  await docker('kill', '--signal', 'HUP', edge);
  // The workers that are there end when their connections do.
  await waitFor('nginx has the new settings', 20, async () => {
    const { stdout } = await tryDocker(['top', edge]);
    return !stdout.includes('shutting down');
  });
}

/** Ids of the checks that fail at the door as it is now. */
async function failing(live: LiveDeployment): Promise<string[]> {
  const https = httpsOf(live);
  const { NetworkSettings } = await inspectContainer(`${live.name}-edge-1`);
  const unlisted = NetworkSettings.Networks[`${live.name}_cage`]?.IPAddress ?? '';
  const ca = readFileSync(join(live.folder, 'config/edge/root-ca.pem'), 'utf8');
  const { Image } = await inspectContainer(`${live.name}-gateway-1`);
  const run = async (network: string, attempts: DoorAttempt[]): Promise<DoorSeen> => {
    const script = ['node', '--input-type=module', '--eval', DOOR_SCRIPT] as const;
    const args = ['run', '--rm', '--interactive', '--network', network, '--entrypoint', script[0], Image, ...script.slice(1)]; // prettier-ignore
    const { stdout } = await tryDocker(args, { input: JSON.stringify(attempts), timeoutMs: 60_000 });
    return JSON.parse(stdout) as DoorSeen;
  };
  const inside = await run(`container:${live.name}-edge-1`, insideAttempts(https, unlisted, ca));
  const outside = await run('host', outsideAttempts(https));
  return judgeDoor({ ...inside, ...outside }, https, new Date())
    .filter(({ state }) => state !== 'pass' && state !== 'skipped')
    .map(({ id }) => id);
}

function httpsOf({ folder }: LiveDeployment): HttpsAccess {
  const { https } = loadPolicy(readFileSync(join(folder, 'clawproof.yaml'), 'utf8'), 'clawproof.yaml').access;
  if (https === null) throw new Error('there is no HTTPS');
  return https;
}

async function fromOutside(attempts: DoorAttempt[]): Promise<DoorSeen> {
  const node = [process.execPath, '--input-type=module', '--eval', DOOR_SCRIPT];
  const { code, stdout, stderr } = await runProgram('ip', ['netns', 'exec', OUTSIDE.name, ...node], {
    input: JSON.stringify(attempts),
  });
  if (code !== 0) throw new Error(`outside: ${stderr}`);
  return JSON.parse(stdout) as DoorSeen;
}

async function makeOutside(): Promise<void> {
  await removeOutside();
  const { name, host, listed, other } = OUTSIDE;
  const inside = ['netns', 'exec', name, 'ip'];
  for (const args of [
    ['netns', 'add', name],
    ['link', 'add', 'cproof-exp0', 'type', 'veth', 'peer', 'name', 'cproof-exp1', 'netns', name],
    ['address', 'add', `${host}/29`, 'dev', 'cproof-exp0'],
    ['link', 'set', 'cproof-exp0', 'up'],
    [...inside, 'address', 'add', `${listed}/29`, 'dev', 'cproof-exp1'],
    [...inside, 'address', 'add', `${other}/29`, 'dev', 'cproof-exp1'],
    [...inside, 'link', 'set', 'cproof-exp1', 'up'],
    [...inside, 'link', 'set', 'lo', 'up'],
  ]) {
    const { code, stderr } = await runProgram('ip', args);
    if (code !== 0) throw new Error(`ip ${args.join(' ')}: ${stderr}`);
  }
}

async function removeOutside(): Promise<void> {
  await runProgram('ip', ['link', 'delete', 'cproof-exp0']);
  await runProgram('ip', ['netns', 'delete', OUTSIDE.name]);
}
