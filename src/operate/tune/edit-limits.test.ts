import { expect, test } from 'vitest';
import type { Advice } from './advice.ts';
import { editLimits } from './edit-limits.ts';

const memory: Advice = { key: 'resources.memory', current: '2g', suggested: '2560m', reason: '' };
const pids: Advice = { key: 'resources.pids', current: '256', suggested: 512, reason: '' };

test('only the values change, comments stay', () => {
  const text = '# mine\nversion: 1\nresources: # limits\n  memory: 2g   # enough\n  cpus: 2\n';
  expect(editLimits(text, [memory, pids], 'clawproof.yaml')).toBe(
    '# mine\nversion: 1\nresources: # limits\n  memory: 2560m   # enough\n  cpus: 2\n  pids: 512\n',
  );
});

test('a file without limits gets a section', () => {
  expect(editLimits('version: 1\n', [pids], 'clawproof.yaml')).toBe('version: 1\nresources:\n  pids: 512\n');
});

test('nothing suggested, nothing changed; what cannot be edited is refused', () => {
  expect(editLimits('version: 1\n', [{ ...pids, suggested: null }], 'f')).toBe('version: 1\n');
  expect(() => editLimits('version: 1\nresources: 3\n', [pids], 'f')).toThrow(/could not be written/);
});
