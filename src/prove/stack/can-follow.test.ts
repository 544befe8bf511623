import { expect, test } from 'vitest';
import type { TwinSpec } from '../proof-target.ts';
import { canFollow } from './can-follow.ts';

const spec = {
  gateway: { Env: ['A=1'] },
  sidecars: [{ role: 'ingress', container: 'x', spec: { Env: [] } }],
  networks: [],
  config: { tools: { deny: ['exec'] }, gateway: { auth: { mode: 'token' } } },
} as unknown as TwinSpec;

const changed = (changes: object): TwinSpec => ({ ...spec, ...changes });

test.each<[string, TwinSpec, boolean]>([
  ['the same', spec, true],
  ['settings that are taken up', changed({ config: { ...spec.config, tools: {} } }), true],
  [
    'settings of the start',
    changed({ config: { ...spec.config, gateway: { auth: { mode: 'none' } } } }),
    false,
  ],
  ['no settings', changed({ config: undefined }), false],
  ['a variable', changed({ gateway: { Env: ['A=2'] } }), false],
  [
    'a text of a sidecar',
    changed({
      sidecars: spec.sidecars.map((each) => ({ ...each, edits: [{ path: '/x', find: 'a', replace: 'b' }] })),
    }),
    true,
  ],
  ['another sidecar', changed({ sidecars: [] }), false],
])('a running twin becomes one with %s: %#', (_what, other, expected) => {
  expect(canFollow(spec, other)).toBe(expected);
});
