import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { engineUnavailable } from '../../errors/image-errors.ts';
import { FakeHttp } from '../../ports/fake/fake-host.ts';
import type { HttpResponse } from '../../ports/system.ts';
import { resolveDigest, type ResolvedDigest } from './resolve-digest.ts';

const IMAGE = 'r.example/team/openclaw:1';
const MANIFEST = 'https://r.example/v2/team/openclaw/manifests/1';
const BODY = '{"schemaVersion":2}';
const DIGEST = `sha256:${createHash('sha256').update(BODY).digest('hex')}`;
const PULLED = `sha256:${'b'.repeat(64)}`;
const ID = `sha256:${'c'.repeat(64)}`;
const REALM = 'https://auth.r.example/token';
const TOKEN_URL = `${REALM}?service=r.example&scope=repository%3Ateam%2Fopenclaw%3Apull`;

function manifest(more: Record<string, string> = {}): Partial<HttpResponse> {
  return {
    headers: {
      'content-type': 'application/vnd.oci.image.index.v1+json',
      'docker-content-digest': DIGEST,
      ...more,
    },
    body: BODY,
  };
}

function challenge(realm: string): Partial<HttpResponse> {
  const value = `Bearer realm="${realm}",service="r.example",scope="repository:team/openclaw:pull,push"`;
  return { status: 401, headers: { 'www-authenticate': value } };
}

async function resolve(
  http: FakeHttp,
  reference = IMAGE,
  inspect: Parameters<typeof resolveDigest>[2] = async () => null,
): Promise<ResolvedDigest> {
  return resolveDigest({ http, signal: new AbortController().signal }, reference, inspect);
}

describe('a registry', () => {
  test('tells the digest of what it gives, and is sent nothing but the question', async () => {
    const http = new FakeHttp().on(MANIFEST, manifest());
    expect(await resolve(http)).toEqual({ digest: DIGEST, from: 'registry' });
    expect(http.requests.map(({ method, headers }) => [method, Object.keys(headers)])).toEqual([
      ['GET', ['accept']],
    ]);
    expect(http.requests[0]?.headers['accept']).toContain('application/vnd.oci.image.index.v1+json');
  });

  test.each([
    ['r.example/a', 'https://r.example/v2/a/manifests/latest'],
    ['127.0.0.1:5000/a/b:2', 'http://127.0.0.1:5000/v2/a/b/manifests/2'],
    ['localhost/a:2', 'http://localhost/v2/a/manifests/2'],
    ['127.0.0.1.r.example/a:2', 'https://127.0.0.1.r.example/v2/a/manifests/2'],
  ])('of %s is asked at %s', async (reference, url) => {
    expect(await resolve(new FakeHttp().on(url, manifest()), reference)).toMatchObject({ digest: DIGEST });
  });

  test.each(['10.0.0.1:5000/a:1', '192.168.1.5/a:1', '169.254.169.254/latest:1', '100.64.0.1/a'])(
    'in a local network is not asked: %s',
    async (reference) => {
      const http = new FakeHttp();
      expect(await resolve(http, reference)).toMatchObject({ digest: null });
      expect(http.requests).toEqual([]);
    },
  );

  test('that wants a token gives one to everybody, for reading this repository only', async () => {
    const http = new FakeHttp()
      .on(MANIFEST, ({ headers }) =>
        headers['authorization'] === 'Bearer abc.def' ? manifest() : challenge(REALM),
      )
      .on(TOKEN_URL, ({ headers }) => ({
        body: headers['authorization'] === undefined ? '{"token":"abc.def"}' : '{}',
      }));
    expect(await resolve(http)).toEqual({ digest: DIGEST, from: 'registry' });
    expect(http.requests.map(({ url }) => url)).toEqual([MANIFEST, TOKEN_URL, MANIFEST]);
  });

  test.each([
    'http://auth.r.example/token',
    'http://127.0.0.1:2375/token',
    'https://localhost/token',
    'https://localhost./token',
    'https://10.0.0.1/token',
    'https://169.254.169.254/latest/meta-data',
    'https://[fd00::1]/token',
    'https://2130706433/token',
    'https://me:word@auth.r.example/token',
    'file:///etc/passwd',
    'not a URL',
  ])('does not make clawproof ask %s', async (realm) => {
    const http = new FakeHttp().on(MANIFEST, challenge(realm));
    expect(await resolve(http)).toMatchObject({ digest: null });
    expect(http.requests.map(({ url }) => url)).toEqual([MANIFEST]);
  });

  test('cannot put anything into the header with its token', async () => {
    const body = JSON.stringify({ token: 'a\r\nx-other: b' });
    const http = new FakeHttp().on(MANIFEST, challenge(REALM)).on(TOKEN_URL, { body });
    expect(await resolve(http)).toMatchObject({ digest: null });
    expect(http.requests).toHaveLength(2);
  });

  test.each<[string, Partial<HttpResponse> | null, string]>([
    ['another digest', manifest({ 'docker-content-digest': PULLED }), 'not that of the manifest'],
    ['no digest', manifest({ 'docker-content-digest': '' }), 'tells no digest'],
    ['a web page', manifest({ 'content-type': 'text/html; charset=utf-8' }), 'no image manifest'],
    ['a refusal', { status: 401 }, 'sign in'],
    ['a ban', { status: 403 }, 'sign in'],
    ['nothing of that name', { status: 404 }, 'no such image'],
    ['a redirect', { status: 307, headers: { location: 'http://127.0.0.1/' } }, 'HTTP 307'],
    ['too many requests', { status: 429 }, 'fewer requests'],
    ['no answer', null, 'connection refused'],
  ])('with %s settles nothing', async (_, reply, why) => {
    const resolved = await resolve(new FakeHttp().on(MANIFEST, reply));
    expect(resolved).toMatchObject({ digest: null, why: expect.stringContaining(why) });
    expect(resolved).toMatchObject({ why: expect.stringContaining('the engine has not pulled it') });
  });

  test('is not waited for when the user stops', async () => {
    const stop = new AbortController();
    const http = new FakeHttp().on(MANIFEST, () => {
      stop.abort(new Error('stopped'));
      return null;
    });
    const work = resolveDigest({ http, signal: stop.signal }, IMAGE, async () => null);
    await expect(work).rejects.toThrow('stopped');
  });
});

describe('the engine', () => {
  const pulled = async () => ({ id: ID, repoDigests: [`r.example/team/openclaw@${PULLED}`] });

  test('is asked when the registry does not answer, and both are told', async () => {
    const resolved = await resolve(new FakeHttp(), IMAGE, pulled);
    expect(resolved).toMatchObject({ digest: PULLED, from: 'engine' });
    expect(resolved).toMatchObject({ why: expect.stringContaining('connection refused') });
  });

  test.each(['node:24', 'library/node:24', 'docker.io/library/node:24', 'index.docker.io/node'])(
    'alone is asked for %s',
    async (reference) => {
      const http = new FakeHttp();
      const inspect = async () => ({ id: ID, repoDigests: [`node@${PULLED}`] });
      expect(await resolve(http, reference, inspect)).toMatchObject({ digest: PULLED, from: 'engine' });
      expect(http.requests).toEqual([]);
    },
  );

  test.each<[string, { id: string; repoDigests: string[] }]>([
    ['was built here', { id: ID, repoDigests: [] }],
    ['came from elsewhere', { id: ID, repoDigests: [`other.example/team/openclaw@${PULLED}`] }],
    ['may have been built here', { id: PULLED, repoDigests: [`r.example/team/openclaw@${PULLED}`] }],
    ['has no real digest', { id: ID, repoDigests: ['r.example/team/openclaw@sha256:0'] }],
  ])('is no help with an image that %s', async (_, facts) => {
    expect(await resolve(new FakeHttp(), IMAGE, async () => facts)).toMatchObject({ digest: null });
  });

  test('that is not there is told', async () => {
    const inspect = (): never => {
      throw engineUnavailable('no docker');
    };
    expect(await resolve(new FakeHttp(), 'node:24', inspect)).toEqual({
      digest: null,
      why: 'its name has no address of a registry; no engine answers',
    });
  });
});

test.each([
  '',
  '--help',
  'r.example/../x:1',
  'r.example/a?b:1',
  'r.example/a:1#',
  'me:word@r.example/a:1',
  'R.example/A:1',
  `r.example/a@${PULLED}`,
  'r.example/a:\u001B[2J',
  'sha256:é',
])('nobody is asked for %j, which is no name with a tag', async (reference) => {
  const http = new FakeHttp();
  const inspect = (): never => {
    throw new Error('asked');
  };
  expect(await resolve(http, reference, inspect)).toMatchObject({ digest: null });
  expect(http.requests).toEqual([]);
});
