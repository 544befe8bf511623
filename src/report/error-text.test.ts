import { expect, test } from 'vitest';
import { AppError } from '../errors/app-error.ts';
import { lockTooNew } from '../errors/lock-errors.ts';
import { policyEmpty } from '../errors/policy-errors.ts';
import { loadPolicy } from '../policy/load.ts';
import { errorData, errorText } from './error-text.ts';
import { createStyle } from './style.ts';
import { textWidth } from './width.ts';

const plain = createStyle(false);

function policyError(text: string): AppError {
  try {
    loadPolicy(text, 'clawproof.yaml');
  } catch (error) {
    if (error instanceof AppError) return error;
  }
  throw new Error('loadPolicy accepted the text');
}

const SEVERAL =
  'version: 1\npresett: caged\negress:\n  allow:\n    - opnai\n    - https://api.example.com/v1\n';

test.each([
  ['without a position', lockTooNew('clawproof.lock', 3, 1)],
  ['of an empty file', policyEmpty('clawproof.yaml')],
  ['with one problem', policyError('version: 1\npreset: cagd\n')],
  ['with several problems', policyError(SEVERAL)],
  ['of a file from a newer clawproof', policyError('version: 2\n')],
  ['of syntax', policyError('version: 1\naccess:\n\tport: 1\n')],
])('an error %s', (_title, error) => {
  expect(`\n${errorText(error, plain, 80)}`).toMatchSnapshot();
});

test('in colour it has the same text', () => {
  const error = policyError(SEVERAL);
  // oxlint-disable-next-line no-control-regex -- the escape character is what it looks for
  expect(errorText(error, createStyle(true), 80).replace(/\u001B\[\d+m/g, '')).toBe(
    errorText(error, plain, 80),
  );
});

test('lines fit the terminal, and commands are not broken', () => {
  const command = `  clawproof up ${'long '.repeat(20)}path`;
  const error = new AppError('some-error', {
    exitCode: 4,
    message: 'word '.repeat(60).trim(),
    state: 'word '.repeat(60).trim(),
    next: ['word '.repeat(60).trim(), command],
  });
  const lines = errorText(error, plain, 60).split('\n');
  expect(lines).toContain(`  ${command}`);
  for (const line of lines.filter((text) => !text.includes('clawproof up')))
    expect(textWidth(line)).toBeLessThanOrEqual(60);
});

test('as data it has everything, and nothing that is not there', () => {
  const several = policyError(SEVERAL);
  expect(errorData(several)).toEqual({ ok: false, error: { id: several.id, ...several.entry } });
  expect(errorData(several).error['problems']).toHaveLength(3);
  expect(Object.keys(errorData(policyEmpty('clawproof.yaml')).error)).toEqual([
    'id',
    'exitCode',
    'message',
    'state',
    'next',
  ]);
});
