import { describe, expect, test } from 'vitest';
import { initialPolicyText } from '../../policy/write.ts';
import { withVersion } from './policy-version.ts';

describe('the version in clawproof.yaml', () => {
  test('changes, and nothing else does by a byte', () => {
    const text = initialPolicyText({ openclawVersion: '2026.7.35' });
    const changed = withVersion(text, '2026.9.6');
    expect(changed).not.toBe(text);
    expect(changed.replace('2026.9.6', '2026.7.35')).toBe(text);
  });

  test('is written where there was none', () => {
    expect(withVersion('version: 1 # format\n', '2026.9.6')).toContain('2026.9.6');
    expect(withVersion('{"version": 1}\n', '2026.9.6')).toContain('2026.9.6');
    expect(withVersion('version: 1\nopenclaw:\n', '2026.9.6')).toContain('2026.9.6');
  });

  test('replaces an alias, so that nothing else changes with it', () => {
    const text = 'version: 1\nname: &n "2026-7-1"\nopenclaw: {version: *n}\n';
    expect(withVersion(text, '2026.9.6')).toMatch(
      /^version: 1\nname: &n "2026-7-1"\nopenclaw: \{version: .?2026\.9\.6.?\}\n$/,
    );
  });
});
