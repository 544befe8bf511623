import { describe, expect, it } from 'vitest';
import type { ContainerSpec } from '../container-spec.ts';
import { ownerOf, planMounts, sourceMounts } from './twin-mounts.ts';

function container(changes: Partial<ContainerSpec['HostConfig']>): ContainerSpec {
  return { Image: 'x', Env: [], Labels: {}, HostConfig: { NetworkMode: 'none', ...changes }, networks: {} };
}

describe('sourceMounts', () => {
  it('reads both lists of the engine', () => {
    const spec = container({
      Binds: ['/srv/data:/data:ro', 'state:/state', '/anonymous'],
      Mounts: [
        { Type: 'bind', Source: '/srv/c', Target: '/etc/openclaw/', ReadOnly: true },
        { Type: 'tmpfs', Target: '/tmp' },
      ],
    });
    expect(sourceMounts(spec).map(({ kind, target, readOnly }) => [kind, target, readOnly])).toEqual([
      ['bind', '/data', true],
      ['volume', '/state', false],
      ['volume', '/anonymous', false],
      ['bind', '/etc/openclaw/', true],
    ]);
  });
});

describe('planMounts', () => {
  const mount = (target: string, kind: 'bind' | 'volume' = 'bind', source = '/srv/x') => ({
    kind,
    source,
    target,
    readOnly: true,
  });

  it('puts the twin’s own files where they are mounted', () => {
    const plans = planMounts(
      [mount('/etc/openclaw'), mount('/run/secrets/token'), mount('/state', 'volume')],
      {
        kinds: new Map([
          ['/etc/openclaw', 'folder'],
          ['/run/secrets/token', 'file'],
        ]),
        texts: new Map(),
        own: new Map([
          ['/etc/openclaw/openclaw.json', '{}'],
          ['/run/secrets/token', 'secret'],
        ]),
      },
    );
    expect(plans).toEqual([
      {
        kind: 'folder',
        target: '/etc/openclaw',
        readOnly: true,
        files: new Map([['openclaw.json', '{}']]),
        isSecret: true,
      },
      { kind: 'file', target: '/run/secrets/token', readOnly: true, text: 'secret', isSecret: true },
      { kind: 'folder', target: '/state', readOnly: true, files: new Map() },
    ]);
  });

  it('makes a place for a file that is mounted into a volume', () => {
    const file = mount('/state/workspace/SOUL.md');
    const plans = planMounts([{ ...mount('/state', 'volume'), readOnly: false }, file], {
      kinds: new Map([[file.target, 'file']]),
      texts: new Map(),
      own: new Map(),
    });
    expect(plans).toEqual([
      { kind: 'folder', target: '/state', readOnly: false, files: new Map([['workspace/SOUL.md', '']]) },
      { kind: 'file', target: file.target, readOnly: true, text: '', isSecret: false },
    ]);
  });

  it('takes the innermost mount, and makes one where there is none', () => {
    const plans = planMounts([mount('/home', 'volume'), mount('/home/node/.openclaw', 'volume')], {
      kinds: new Map(),
      texts: new Map(),
      own: new Map([
        ['/home/node/.openclaw/openclaw.json', '{}'],
        ['/elsewhere.json', '1'],
      ]),
    });
    expect(
      plans.map((plan) => [plan.target, plan.kind === 'folder' ? [...plan.files.keys()] : plan.text]),
    ).toEqual([
      ['/home', []],
      ['/home/node/.openclaw', ['openclaw.json']],
      ['/elsewhere.json', '1'],
    ]);
  });

  it('hands in nothing of the host or the engine', () => {
    const facts = { kinds: new Map([['/socket', 'other' as const]]), texts: new Map(), own: new Map() };
    expect(
      planMounts(
        [mount('/socket', 'bind', '/var/run/docker.sock'), mount('/etc'), mount('/x', 'bind', '/proc')],
        facts,
      ),
    ).toEqual([]);
  });
});

describe('ownerOf', () => {
  it('reads numbers and the names that images have', () => {
    expect(ownerOf({ ...container({}), User: '1000:2000' })).toEqual({ uid: 1000, gid: 2000 });
    expect(ownerOf({ ...container({}), User: 'node' })).toEqual({ uid: 1000, gid: 1000 });
    expect(ownerOf(container({}))).toEqual({ uid: 0, gid: 0 });
  });
});
