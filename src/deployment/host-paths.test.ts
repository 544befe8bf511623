import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addHostPaths, hostPathsOf, plainPath, seenFrom } from './host-paths.ts';
import type { Mount, Service } from './deployment.ts';

function pathsOf(source: string, folder?: string): string[] {
  const mount: Mount = { kind: 'bind', source, target: '/x', readOnly: false };
  const service: Service = { name: 'a', role: 'gateway', mounts: [mount] };
  addHostPaths([service], folder);
  return hostPathsOf(mount);
}

describe('addHostPaths', () => {
  it.each([
    ['/var/../var/run', ['/var/../var/run', '/var/run']],
    ['../../../../var/run', ['../../../../var/run', '/var/run']],
    ['./a/../../../../../etc', ['./a/../../../../../etc', '../../../../etc', '/etc']],
    ['/./', ['/./', '/', '../../..']],
    ['./data', ['./data']],
    ['./a/..', ['./a/..', '.']],
    ['/srv/me/project', ['/srv/me/project', '.']],
    ['~/a/..', ['~/a/..', '~']],
    ['~/../../etc', ['~/../../etc', '/etc']],
    ['C:\\Users\\..', ['C:\\Users\\..', 'C:/']],
  ])('%s', (source, expected) => {
    expect(pathsOf(source, '/srv/me/project')).toEqual(expected);
  });

  it('knows no folder for the text of a file alone', () => {
    expect(pathsOf('../a/./b')).toEqual(['../a/./b', '../a/b']);
  });
});

describe('seenFrom', () => {
  it('tells a folder of the owner from the rest', () => {
    expect(seenFrom('/root/p', '/root/p/state')).toEqual(['state']);
    expect(seenFrom('/root/p', '/root/p')).toEqual(['.']);
    expect(seenFrom('/root/p', '/root')).toEqual(['/root', '..']);
    expect(seenFrom('/root/p', '/etc')).toEqual(['/etc']);
    expect(seenFrom('/root', '/root/.ssh', '~')).toEqual(['~/.ssh']);
  });
});

describe('plainPath', () => {
  it('has no steps that change nothing, and does not change again', () => {
    const step = fc.constantFrom('.', '..', '', 'a', 'b', '~');
    fc.assert(
      fc.property(fc.array(step), fc.constantFrom('/', './', '~/', '../'), (steps, start) => {
        const plain = plainPath(start + steps.join('/'));
        expect(plainPath(plain)).toBe(plain);
        expect(
          plain === '/' ||
            plain === '.' ||
            !/\/\.?(?:\/|$)|.\/\.\.$/.test(plain.replace(/^(?:\.\.\/)+\.\.$/, '')),
        ).toBe(true);
      }),
    );
  });
});
