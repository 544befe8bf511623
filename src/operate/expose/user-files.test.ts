import { describe, expect, test } from 'vitest';
import { fakePorts } from '../../ports/fake/fake-ports.ts';
import { defaultPolicy } from '../../policy/defaults.ts';
import type { HttpsAccess } from '../../policy/https-access.ts';
import { loadPolicy } from '../../policy/load.ts';
import { editHttps } from './policy-text.ts';
import { checkUserFiles, requireUserFiles } from './user-files.ts';

const NOW = new Date('2026-11-22T12:00:00Z');
const BCRYPT = `ann:$2y$05$${'a'.repeat(53)}`;
const https: HttpsAccess = {
  domain: 'claw.example.org',
  addresses: ['203.0.113.7'],
  port: 8443,
  redirectPort: null,
  certificate: 'files',
  acmeDirectory: 'https://acme-v02.api.letsencrypt.org/directory',
  acmeCa: false,
  allow: ['198.51.100.0/24'],
  clientCa: true,
  basicAuth: true,
};

describe('files of the user', () => {
  const users = (text: string) => () => checkUserFiles({ users: text }, { users: '/u' }, 'a.example', NOW);

  test('takes slow password hashes', () => {
    expect(users(`# people\n${BCRYPT}\nbob:$6$salt$${'b'.repeat(86)}\n`)).not.toThrow();
  });

  test.each([
    '',
    'ann',
    'ann:secret',
    'ann:{PLAIN}secret',
    'ann:$apr1$x$yyyyyyyyyyyyyyyyyyyyyy',
    `${BCRYPT}\nbob:pw`,
  ])('refuses %j, and repeats no password', (text) => {
    expect(users(text)).toThrow(expect.objectContaining({ id: 'expose-file-wrong' }) as Error);
    expect(users(text)).not.toThrow(/secret|pw/);
  });

  test('refuses what is no certificate', () => {
    expect(() => checkUserFiles({ certificate: 'x' }, {}, 'a.example', NOW)).toThrow(/no certificate/);
    expect(() => checkUserFiles({ clientCa: 'x' }, {}, 'a.example', NOW)).toThrow(/no certificate/);
  });

  test('misses those that are not in the folder', async () => {
    const { files } = fakePorts();
    await expect(requireUserFiles(files, '/srv', { https, tailscale: null })).rejects.toMatchObject({
      id: 'expose-files-missing',
    });
    await requireUserFiles(files, '/srv', { https: null, tailscale: null });
  });
});

describe('access.https in clawproof.yaml', () => {
  const TEXT = '# mine\nversion: 1\naccess:\n  port: 28911 # near\n';

  test('is written and taken away without touching anything else', () => {
    const after = editHttps(TEXT, https);
    expect(loadPolicy(after, 'clawproof.yaml').access.https).toEqual(https);
    expect(editHttps(after, null)).toBe(TEXT);
    expect(editHttps(TEXT, null)).toBe(TEXT);
  });

  test('is closed where nothing is written', () => {
    expect(defaultPolicy().access.https).toBeNull();
  });
});
