import { describe, expect, test } from 'vitest';
import { FakeFiles } from '../../ports/fake/fake-files.ts';
import { FakeSystem } from '../../ports/fake/fake-host.ts';
import { fakePorts } from '../../ports/fake/fake-ports.ts';
import type { FakePorts } from '../../ports/fake/fake-ports.ts';
import { aptProxies } from './apt-host.ts';
import { withBuildSecrets } from './build-secrets.ts';
import { hostCaBundle } from './host-trust.ts';
import { npmAccess, readNpmrc } from './npm-config.ts';

const pem = (name: string): string => `-----BEGIN CERTIFICATE-----\n${name}\n-----END CERTIFICATE-----`;

function host(
  files: Record<string, string>,
  env: Record<string, string>,
  npm: Record<string, string> = {},
): FakePorts {
  const ports = fakePorts({ files: new FakeFiles(files), system: new FakeSystem({ env }) });
  ports.exec.on(
    'npm',
    (args) => args[0] === 'config',
    (call) => ({ stdout: `${npm[call.args[2] ?? ''] ?? 'undefined'}\n` }),
  );
  ports.exec.on('apt-config', () => true, {
    stdout: 'Acquire::http::Proxy=http://apt.example:3142\nAcquire::https::Proxy=DIRECT\n',
  });
  return ports;
}

describe('the CA bundle of the host', () => {
  test('joins what the environment, npm and the system trust, each certificate once', async () => {
    const files = {
      '/etc/ssl/certs/ca-certificates.crt': `${pem('public')}\n`,
      '/home/me/extra.pem': `# company\n${pem('company')}\n${pem('public')}\n`,
      '/home/me/npm.pem': pem('npm'),
    };
    const bundle = await hostCaBundle(
      host(
        files,
        { NODE_EXTRA_CA_CERTS: '/home/me/extra.pem', SSL_CERT_FILE: '/gone.pem' },
        { cafile: '/home/me/npm.pem' },
      ),
    );
    expect(bundle).toBe(`${[pem('company'), pem('public'), pem('npm')].join('\n')}\n`);
  });

  test('is null where there is none', async () => {
    expect(await hostCaBundle(host({}, {}))).toBeNull();
  });
});

describe('npm as the host uses it', () => {
  test('login, proxy and scopes go along; paths and habits of the host do not', async () => {
    const files = {
      '/home/me/.npmrc':
        '//r.example/:_authToken=${TOKEN}\n@mine:registry=https://r.example/\ncafile=/x.pem\nsave-exact=true\n',
      '/usr/etc/npmrc': 'https-proxy=http://proxy.example:80\n; comment\n',
    };
    const settings = {
      registry: 'https://r.example/',
      userconfig: '/home/me/.npmrc',
      globalconfig: '/usr/etc/npmrc',
    };
    const access = await npmAccess(
      host(files, { TOKEN: 'secret-token-1', npm_config_noproxy: 'localhost' }, settings),
    );
    expect(access.registry).toBe('https://r.example/');
    expect(access.npmrc.trim().split('\n').toSorted()).toEqual([
      '//r.example/:_authToken=secret-token-1',
      '@mine:registry=https://r.example/',
      'https-proxy=http://proxy.example:80',
      'noproxy=localhost',
    ]);
    expect(access.secrets).toEqual(['secret-token-1']);
  });

  test('a login in the address of the registry never becomes part of a build argument', async () => {
    const access = await npmAccess(host({}, {}, { registry: 'https://me:pass%20word@r.example/npm' }));
    expect(access.registry).toBe('https://r.example/npm');
    expect(access.npmrc).toBe(
      `//r.example/npm/:username=me\n//r.example/npm/:_password=${Buffer.from('pass word').toString('base64')}\n`,
    );
    expect(access.secrets).toHaveLength(1);
  });

  test('reads npmrc as npm does', () => {
    expect(readNpmrc('a = "b c"\n#x=1\n;y=2\nbad line\nd=${GONE}${HERE}\n', { HERE: '1' })).toEqual([
      ['a', 'b c'],
      ['d', '${GONE}1'],
    ]);
  });
});

test('proxies come from the environment, else from apt; DIRECT is none', async () => {
  expect(await aptProxies(host({}, {}))).toEqual({ http_proxy: 'http://apt.example:3142' });
  const own = { HTTPS_PROXY: 'http://p.example', http_proxy: 'http://q.example', NO_PROXY: 'localhost' };
  expect(await aptProxies(host({}, own))).toEqual({
    http_proxy: 'http://q.example',
    https_proxy: 'http://p.example',
    no_proxy: 'localhost',
  });
});

test('secrets of a build are private files with a mark, and gone afterwards', async () => {
  const ports = host({ '/etc/ssl/cert.pem': pem('one') }, {}, { registry: 'https://r.example/' });
  const paths = await withBuildSecrets(ports, async (secrets) => {
    expect(secrets.mounts.map((mount) => mount.split(',')[0])).toEqual(['id=ca', 'id=npmrc']);
    const files = secrets.mounts.map((mount) => mount.replace(/^.*,src=/, ''));
    for (const path of files) {
      expect((await ports.files.stat(path))?.mode).toBe(0o600);
      expect(await ports.files.read(path)).toContain(secrets.forbidden[0]);
    }
    return files;
  });
  for (const path of paths) expect(await ports.files.stat(path)).toBeNull();
});
