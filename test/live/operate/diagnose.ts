import { chmodSync, chownSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { docker, inspectContainer, tryDocker } from '../../support/docker-cli.ts';
import type { LiveDeployment } from '../../support/live-deployment.ts';
import { runCli } from '../../support/live-program.ts';
import { waitFor } from '../../support/wait-for.ts';

interface Diagnosis {
  verdict: string;
  cases: {
    id: string;
    state: string;
    findings: { cause: string; evidence: { from: string; text: string }[]; fix: string[] }[];
  }[];
  skipped: { what: string; reason: string }[];
}

const CONTAINER = 'live-operate-diagnosed';
/** Image that the deployment runs; other tests may have built newer ones that are no OpenClaw. */
let gatewayImage = '';
/** Stops a program that would go on for ever; the engine is told to remove it anyway. */
const WAIT = 'setInterval(() => undefined, 1e6)';

/** One more live deployment is not worth it: what needs no gateway is made in small containers of their own. */
export function diagnoseTests(live: () => LiveDeployment): void {
  describe('diagnose', () => {
    beforeAll(async () => {
      const [gateway] = await live().containers();
      gatewayImage = gateway?.Image ?? '';
    });

    afterEach(() => tryDocker(['rm', '--force', '--volumes', CONTAINER]));

    test('finds nothing that is wrong now in a deployment that works, and changes nothing', async () => {
      const before = await stateOf(live());
      // A new gateway looks for what it may not reach, once.
      const result = await waitFor('a minute in which nothing was refused', 180, async () => {
        const found = await ofDeployment(live(), '1m');
        return idsOf(found).length === 0 && found;
      });
      expect(result.skipped).toEqual([]);
      expect(result.verdict).toBe('nothing');
      expect(await stateOf(live())).toEqual(before);
    });

    test('recognises who was refused at the gateway, and why, by its log', async () => {
      const wrong = 'f00dfeed'.repeat(8);
      const outcome = await live().inGateway<string[]>(
        CONNECTIONS,
        JSON.stringify({ token: live().token(), wrong }),
      );
      expect(outcome).toEqual([
        'AUTH_TOKEN_MISMATCH',
        'PAIRING_REQUIRED',
        'CONTROL_UI_ORIGIN_NOT_ALLOWED',
        'DEVICE_AUTH_SIGNATURE_EXPIRED',
        '403',
      ]);
      const result = await ofDeployment(live(), '2m');
      expect(idsOf(result)).toEqual(
        expect.arrayContaining(['token-mismatch', 'pairing-required', 'allowed-origins', 'clock-skew']),
      );
      // OpenClaw says that once for each caller, however often it happens.
      expect(idsOf(await ofDeployment(live(), '1d'))).toContain('proxy-attribution');
      expect(fixOf(result, 'pairing-required')).toMatch(/devices approve [0-9a-f-]{36}/);
      expect(evidenceOf(result, 'allowed-origins')).toContain('https://claw.example.org');
      expect(JSON.stringify(result)).not.toContain(live().token());
      expect(JSON.stringify(result)).not.toContain(wrong);
    });

    test('recognises a host that is refused, and one that is allowed and not found', async () => {
      await live().inGateway(CONNECT, JSON.stringify(['denied.example.org:443', 'api.anthropic.com:443']));
      const result = await ofDeployment(live(), '2m');
      expect(evidenceOf(result, 'egress-denied')).toContain('TCP_DENIED/403 CONNECT denied.example.org:443');
      expect(fixOf(result, 'egress-denied')).toContain('denied.example.org');
      // Where the machine has a way out, the other one is answered.
      const found = evidenceOf(result, 'dns');
      if (found !== '') expect(found).toContain('api.anthropic.com:443');
    });

    test('recognises what was changed in the folder', async () => {
      const path = (name: string): string => join(live().folder, name);
      const token = path('secrets/gateway_token');
      const config = path('config/openclaw/openclaw.json');
      await changed(
        token,
        () => chmodSync(token, 0o666),
        async () => {
          expect(idsOf(await ofDeployment(live(), '1m'))).toContain('secrets-in-files');
        },
      );
      await changed(
        config,
        () => chownSync(config, 0, 0),
        async () => {
          expect(evidenceOf(await ofDeployment(live(), '1m'), 'permission-denied')).toContain('owner 0:0');
        },
      );
      await changed(
        token,
        () => writeFileSync(token, 'f00dfeed'.repeat(8)),
        async () => {
          expect(evidenceOf(await ofDeployment(live(), '1m'), 'token-mismatch')).toContain('HTTP 401');
        },
      );
      const change = path('.clawproof/change.json');
      expect(existsSync(change)).toBe(false);
      writeFileSync(
        change,
        JSON.stringify({ schema: 1, name: 'token rotate', since: 'then', begun: ['a'], memo: {} }),
      );
      try {
        expect(fixOf(await ofDeployment(live(), '1m'), 'interrupted-change')).toContain('recover');
      } finally {
        rmSync(change);
      }
    });

    test('recognises a gateway that is paused, and a port that somebody else took', async () => {
      const name = (service: string): string => `${live().name}-${service}-1`;
      await docker('pause', name('gateway'));
      try {
        expect(fixOf(await ofDeployment(live(), '1m'), 'unhealthy')).toContain('docker unpause');
      } finally {
        await docker('unpause', name('gateway'));
      }
      await docker('stop', '--time', '2', name('ingress'));
      const stranger = await listen(live().port);
      try {
        await tryDocker(['start', name('ingress')]);
        const result = await ofDeployment(live(), '1m');
        expect(evidenceOf(result, 'port-taken')).toMatch(/address already in use|something/);
        // The stranger was not asked with the token.
        expect(evidenceOf(result, 'token-mismatch')).not.toContain('HTTP');
      } finally {
        await new Promise((resolve) => stranger.close(resolve));
        await docker('start', name('ingress'));
      }
      await live().waitUntilReady(60);
    });

    test('looks at containers that clawproof did not make: a socket, a port for everybody, a key', async () => {
      await run([
        '--publish',
        '0.0.0.0:28819:18789',
        '--volume',
        '/var/run/docker.sock:/var/run/docker.sock',
        '--env',
        `OPENAI_API_KEY=sk-${'a1'.repeat(20)}`,
      ]);
      const result = await ofContainer();
      expect(idsOf(result)).toEqual(
        expect.arrayContaining(['docker-socket', 'reachable-from-outside', 'secrets-in-files']),
      );
      expect(evidenceOf(result, 'reachable-from-outside')).toContain('0.0.0.0:28819');
      expect(JSON.stringify(result)).not.toContain('a1a1a1');
    });

    test('recognises a start that OpenClaw refuses (78), and a kill for memory', async () => {
      await run(
        [
          '--network',
          'none',
          '--read-only',
          '--tmpfs',
          '/tmp',
          '--entrypoint',
          'openclaw',
          '--tmpfs',
          '/home/node/.openclaw:uid=1000,gid=1000',
        ],
        ['gateway'],
      );
      await waitFor(
        'OpenClaw has refused to start',
        60,
        async () => !(await inspectContainer(CONTAINER)).State.Running,
      );
      const refused = await ofContainer();
      expect(evidenceOf(refused, 'exit-78')).toContain('exit code 78');
      await docker('rm', '--force', CONTAINER);
      await run(
        ['--network', 'none', '--memory', '40m', '--memory-swap', '40m'],
        ['--eval', 'const all = []; setInterval(() => all.push(Buffer.alloc(5e6, 1)), 20)'],
      );
      await waitFor(
        'the kernel has ended it',
        60,
        async () => !(await inspectContainer(CONTAINER)).State.Running,
      );
      expect(evidenceOf(await ofContainer(), 'out-of-memory')).toMatch(/OOMKilled is true|oom at/);
    });

    test('says so when there is no such container', async () => {
      const result = await runCli(['diagnose', '--container', 'live-operate-nobody']);
      expect(result.code).toBe(3);
      expect(result.stderr).toContain('There is no container named live-operate-nobody');
    });
  });
}

async function run(flags: readonly string[], command: readonly string[] = ['--eval', WAIT]): Promise<void> {
  const entry = flags.includes('--entrypoint') ? [] : ['--entrypoint', 'node'];
  await docker(
    'run',
    '--detach',
    '--name',
    CONTAINER,
    '--user',
    '1000:1000',
    [...entry, ...flags],
    gatewayImage,
    [...command],
  );
}

async function ofDeployment(live: LiveDeployment, since: string): Promise<Diagnosis> {
  return parsed(await live.cli('diagnose', '--json', '--since', since));
}

async function ofContainer(): Promise<Diagnosis> {
  return parsed(await runCli(['diagnose', '--json', '--container', CONTAINER]));
}

function parsed({
  code,
  stdout,
  stderr,
}: {
  code: number | null;
  stdout: string;
  stderr: string;
}): Diagnosis {
  if (![0, 1, 4].includes(code ?? -1)) throw new Error(`diagnose ended with ${code}:\n${stderr}\n${stdout}`);
  return JSON.parse(stdout) as Diagnosis;
}

function idsOf({ cases }: Diagnosis): string[] {
  return cases.filter(({ state }) => state === 'found').map(({ id }) => id);
}

function evidenceOf({ cases }: Diagnosis, id: string): string {
  const findings = cases.find((each) => each.id === id)?.findings ?? [];
  return findings.flatMap(({ evidence }) => evidence.map(({ from, text }) => `${from}: ${text}`)).join('\n');
}

function fixOf({ cases }: Diagnosis, id: string): string {
  return (cases.find((each) => each.id === id)?.findings ?? []).flatMap(({ fix }) => fix).join('\n');
}

/** Puts text, mode and owner of a file back afterwards. */
async function changed(path: string, change: () => void, look: () => Promise<void>): Promise<void> {
  const text = readFileSync(path);
  const { mode, uid, gid } = statSync(path);
  try {
    change();
    await look();
  } finally {
    writeFileSync(path, text);
    chmodSync(path, mode & 0o7777);
    chownSync(path, uid, gid);
  }
}

async function stateOf(live: LiveDeployment): Promise<unknown> {
  const containers = await live.containers();
  const files = [
    'secrets/gateway_token',
    'config/openclaw/openclaw.json',
    'compose.yaml',
    '.clawproof/journal.jsonl',
  ];
  return {
    containers: containers.map(({ Id, State, RestartCount }) => [Id, State.StartedAt, RestartCount]),
    files: files.map((name) => {
      const { mtimeMs, mode, uid } = statSync(join(live.folder, name));
      return [name, mtimeMs, mode, uid];
    }),
  };
}

function listen(port: number): Promise<Server> {
  const server = createServer((socket) => socket.destroy());
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

/** CONNECT through the egress proxy, nothing more. */
const CONNECT = `
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
const hosts = JSON.parse(await text(process.stdin));
const answers = [];
for (const host of hosts) answers.push(await new Promise((resolve) => {
  const socket = connect(3128, 'egress', () => socket.write('CONNECT ' + host + ' HTTP/1.1\\r\\nHost: ' + host + '\\r\\n\\r\\n'));
  socket.setTimeout(20_000, () => { socket.destroy(); resolve('timeout'); });
  socket.on('error', (error) => resolve(error.message));
  socket.on('data', (data) => { socket.destroy(); resolve(String(data).split('\\r\\n')[0]); });
}));
process.stdout.write(JSON.stringify(answers));
`;

/** Connections as a wrong token, a new device, a foreign page and a slow clock make them, and a forged header. */
const CONNECTIONS = `
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { networkInterfaces } from 'node:os';
import { text } from 'node:stream/consumers';
// Whoever comes over loopback is approved by itself.
const { address } = Object.values(networkInterfaces()).flat().find(({ family, internal }) => family === 'IPv4' && !internal);
const { token, wrong } = JSON.parse(await text(process.stdin));
const base64 = (bytes) => bytes.toString('base64url');
function connect({ auth, origin, device, late = 0, client = { id: 'cli', version: '1', mode: 'cli', platform: 'linux' } }) {
  return new Promise((resolve) => {
    const socket = new WebSocket('ws://' + address + ':18789/', origin ? { headers: { origin } } : {});
    socket.onclose = () => resolve('closed');
    socket.onerror = () => resolve('error');
    socket.onmessage = ({ data }) => {
      const message = JSON.parse(data);
      if (message.event === 'connect.challenge') {
        const { nonce, ts } = message.payload;
        const params = { minProtocol: 4, maxProtocol: 4, client, role: 'operator', scopes: ['operator.read'], caps: [], auth: { token: auth } };
        if (device) {
          const { publicKey, privateKey } = generateKeyPairSync('ed25519');
          const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);
          const id = createHash('sha256').update(raw).digest('hex');
          const signedAt = ts - late;
          const signed = ['v2', id, client.id, client.mode, 'operator', 'operator.read', String(signedAt), auth, nonce].join('|');
          params.device = { id, publicKey: base64(raw), signature: base64(sign(null, Buffer.from(signed), privateKey)), signedAt, nonce };
        }
        socket.send(JSON.stringify({ type: 'req', id: '1', method: 'connect', params }));
      } else if (message.type === 'res') {
        resolve(message.error?.details?.code ?? 'connected');
        socket.close();
      }
    };
  });
}
const page = { id: 'openclaw-control-ui', version: '1', mode: 'webchat', platform: 'web' };
const answers = [
  await connect({ auth: wrong }),
  await connect({ auth: token, device: true, client: { ...page, id: 'cli', mode: 'cli' } }),
  await connect({ auth: token, origin: 'https://claw.example.org', client: page }),
  await connect({ auth: token, device: true, late: 3_600_000 }),
];
const forged = await fetch('http://127.0.0.1:18789/tools/invoke', { method: 'POST', headers: { 'x-forwarded-for': '203.0.113.9', 'content-type': 'application/json' }, body: '{}' });
answers.push(String(forged.status));
process.stdout.write(JSON.stringify(answers));
`;
