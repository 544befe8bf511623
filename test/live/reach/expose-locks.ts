import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DoorAttempt } from '../../../src/operate/expose/door-attempts.ts';
import type { DoorSeen } from '../../../src/operate/expose/judge-door.ts';
import {
  type Certificate,
  createAuthority,
  createCertificate,
} from '../../../src/prove/payload/detonation/certificates.ts';
import type { LiveDeployment } from '../../support/live-deployment.ts';

/** Where the door is, and how to ask from beside this host. */
interface LockTarget {
  domain: string;
  port: number;
  host: string;
  /** Address of a machine that is on the allowlist. */
  caller: string;
  /** Arguments of an earlier `expose https` with a certificate made here. */
  settings: readonly string[];
  fromOutside(attempts: DoorAttempt[]): Promise<DoorSeen>;
}

const PASSWORD = 'correct horse';
/** Of "openssl passwd -6". */
const HASH = '$6$live$DbqlLEPzkenZ4epFZvlWWSTNsDxFDM/qYw3DLjPr5Z2pZfOkdZYkssZJRiYBQTMJcQ7ccjpWm8KexIlt5bXCl1';

/** The user's own certificate, a client certificate and a password, on a deployment that is open already. */
export function lockTests(live: () => LiveDeployment, target: LockTarget): void {
  let folder = '';
  let server: Certificate;
  let friend: Certificate;
  let stranger: Certificate;
  let authority: Certificate;

  beforeAll(() => {
    const now = Date.now();
    folder = mkdtempSync(join(tmpdir(), 'clawproof-locks-'));
    authority = createAuthority(now);
    server = createCertificate(authority, target.domain, now);
    friend = createCertificate(authority, 'ann', now);
    stranger = createCertificate(createAuthority(now), 'mallory', now);
    const files = { 'cert.pem': server.certificate, 'key.pem': server.key, 'ca.pem': authority.certificate, users: `ann:${HASH}\n` }; // prettier-ignore
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const given = (): string[] => {
    const settings = [...target.settings];
    settings.splice(settings.indexOf('--certificate'), 2);
    const at = (name: string): string => join(folder, name);
    return [...settings, '--cert', at('cert.pem'), '--key', at('key.pem'), '--client-ca', at('ca.pem'), '--basic-auth', at('users')]; // prettier-ignore
  };

  test('takes own files, a client certificate and a password, with every protection proved', async () => {
    const { code, stdout, stderr } = await live().cli('expose', 'https', '--json', ...given());
    expect(code, stderr).toBe(0);
    const { checks } = JSON.parse(stdout) as { checks: { id: string; state: string }[] };
    expect(checks.filter(({ state }) => state !== 'pass')).toEqual([]);
    expect(readFileSync(join(live().folder, 'compose.yaml'), 'utf8')).not.toContain('certificates:');
  });

  test('lets in who has both, and nobody else', async () => {
    const { domain, port, host, caller } = target;
    const basic = (password: string): Record<string, string> => ({
      authorization: `Basic ${Buffer.from(`ann:${password}`).toString('base64')}`,
    });
    const ask = { kind: 'http', host, port, servername: domain, ca: authority.certificate, source: caller, path: '/healthz' } as const; // prettier-ignore
    const named = { host: domain };
    const socket = { host: `${domain}:${port}`, origin: `https://${domain}:${port}`, connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13', 'sec-websocket-key': 'Y2xhd3Byb29mLXByb29mIQ==' }; // prettier-ignore
    const seen = await target.fromOutside([
      { id: 'neither', ...ask, headers: named },
      { id: 'password alone', ...ask, headers: { ...named, ...basic(PASSWORD) } },
      { id: 'certificate alone', ...ask, own: friend, headers: named },
      { id: 'wrong password', ...ask, own: friend, headers: { ...named, ...basic('wrong') } },
      {
        id: 'certificate of another authority',
        ...ask,
        own: stranger,
        headers: { ...named, ...basic(PASSWORD) },
      },
      { id: 'both', ...ask, own: friend, headers: { ...named, ...basic(PASSWORD) } },
      { id: 'WebSocket without', ...ask, path: '/', headers: socket },
      {
        id: 'WebSocket with both',
        ...ask,
        path: '/',
        own: friend,
        headers: { ...socket, ...basic(PASSWORD) },
      },
    ]);
    expect(Object.fromEntries(Object.entries(seen).map(([id, { status }]) => [id, status]))).toEqual({
      neither: 403,
      'password alone': 403,
      'certificate alone': 401,
      'wrong password': 401,
      'certificate of another authority': 400,
      both: 200,
      'WebSocket without': 403,
      'WebSocket with both': 101,
    });
    expect(seen['WebSocket with both']?.body).toContain('connect.challenge');
  });
}
