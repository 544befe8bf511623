import { fc, test as propertyTest } from '@fast-check/vitest';
import { stringify } from 'yaml';
import { describe, expect, test } from 'vitest';
import { AppError } from '../errors/app-error.ts';
import { editPolicy, type PolicyEdit } from './edit.ts';
import { loadPolicy } from './load.ts';
import { arbitraryPolicyInput } from './testing/arbitrary-policy.ts';
import { initialPolicyText } from './write.ts';

const refuse = (why: string, key: string): AppError =>
  new AppError('not-edited', { exitCode: 4, message: `${key}: ${why}`, state: 's', next: ['n'] });
const edit = (text: string, ...edits: PolicyEdit[]): string => editPolicy(text, edits, 'f', refuse);

describe('clawproof.yaml with parts that are different', () => {
  test('keeps comments and lines that it does not change, and takes an empty section away', () => {
    const text = '# mine\nversion: 1\nskills:\n  use: [one] # two?\nname: bot # x\n';
    expect(edit(text, { key: 'name', value: 'other' }, { key: 'exec.mode', value: 'allowlist' })).toBe(
      '# mine\nversion: 1\nskills:\n  use: [one] # two?\nname: other # x\nexec:\n  mode: allowlist\n',
    );
    expect(edit('version: 1\nskills:\n  use: [one]\n', { key: 'skills.use', value: null })).toBe(
      'version: 1\n',
    );
  });

  test('is the text itself when nothing is to be changed', () => {
    const text = 'version: 1\nexec: { mode: deny }\n';
    expect(edit(text)).toBe(text);
    expect(edit(text, { key: 'exec.mode', value: 'deny' }, { key: 'skills.use', value: null })).toBe(text);
  });

  test('is never a policy that is not valid', () => {
    expect(() => edit('version: 1\n', { key: 'exec.mode', value: 'perhaps' })).toThrow(
      expect.objectContaining({ id: 'policy-invalid' }) as Error,
    );
    expect(() => edit('version: 1\n', { key: 'resources.memory', value: 3 })).toThrow(AppError);
  });

  test('says which key found no place, with the error of its caller', () => {
    expect(() => edit('a: [', { key: 'name', value: 'x' })).toThrow(/^name: /);
    expect(() => edit('version: 1\nexec: 3\n', { key: 'exec.mode', value: 'deny' })).toThrow(/^exec\.mode: /);
  });

  propertyTest.prop([
    arbitraryPolicyInput(),
    fc.constantFrom('deny', 'allowlist', 'full'),
    fc.integer({ min: 256, max: 4096 }),
  ])('says what was wanted, and nothing else than it said before', (input, mode, pids) => {
    const text = stringify(input);
    const before = loadPolicy(text, 'f');
    const after = edit(text, { key: 'exec.mode', value: mode }, { key: 'resources.pids', value: pids });
    expect(loadPolicy(after, 'f')).toEqual({
      ...before,
      exec: { ...before.exec, mode },
      resources: { ...before.resources, pids },
    });
  });

  propertyTest.prop([fc.integer({ min: 1024, max: 65_535 })])('can be taken back', (port) => {
    const text = initialPolicyText();
    const on = edit(text, { key: 'access.https', value: { domain: 'a.example.org', addresses: ['192.0.2.1'], port, certificate: 'internal' } }); // prettier-ignore
    expect(edit(on, { key: 'access.https', value: null })).toBe(text);
  });
});
