import { fc, test as propertyTest } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { loadPolicy } from '../../policy/load.ts';
import { EXEC_MODES } from '../../policy/schema.ts';
import { initialPolicyText } from '../../policy/write.ts';
import { editExec } from './policy-text.ts';

const ACCEPTED = { by: 'Ann Example', until: '2026-12-31' };
const execOf = (text: string): unknown => loadPolicy(text, 'clawproof.yaml').exec;

describe('clawproof.yaml with another exec', () => {
  test('keeps every comment and line that it does not change', () => {
    const before = '# mine\nversion: 1\nexec:\n  mode: deny # for now\nname: bot # x\n';
    expect(editExec(before, { mode: 'allowlist', scripts: ['a.sh'] })).toBe(
      '# mine\nversion: 1\nexec:\n  mode: allowlist # for now\n  scripts:\n    - a.sh\nname: bot # x\n',
    );
  });

  test('writes down who accepted, and takes it away again', () => {
    const full = editExec(initialPolicyText(), { mode: 'full', accepted: ACCEPTED });
    expect(execOf(full)).toEqual({ mode: 'full', scripts: [], accepted: ACCEPTED });
    expect(editExec(full, { mode: 'deny', accepted: null })).toBe(initialPolicyText());
  });

  test.each(['version: 1\n', '{ version: 1 }\n', 'version: 1\nexec:\n', 'version: 1\nexec: {}\n'])(
    'finds a place in %j',
    (before) => {
      expect(execOf(editExec(before, { mode: 'full', accepted: ACCEPTED }))).toMatchObject({
        mode: 'full',
        accepted: ACCEPTED,
      });
    },
  );

  test('says so where there is none', () => {
    expect(() => editExec('version: 1\nexec: [', { mode: 'deny' })).toThrow(
      expect.objectContaining({ id: 'exec-policy-not-edited' }) as Error,
    );
  });

  propertyTest.prop([
    fc.constantFrom(...EXEC_MODES),
    fc.uniqueArray(fc.constantFrom('a.sh', 'b.py', 'no.sh', '1.mjs')),
    fc.option(fc.constantFrom(ACCEPTED, { by: 'true', until: '2027-01-01' })),
  ])('says what was wanted, from whatever it was', (mode, scripts, accepted) => {
    const before = editExec(initialPolicyText(), {
      mode: 'full',
      accepted: ACCEPTED,
      scripts: ['z.sh', 'a.sh'],
    });
    expect(execOf(editExec(before, { mode, scripts, accepted }))).toEqual({ mode, scripts, accepted });
  });
});
