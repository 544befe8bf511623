import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { mergeSettings } from './merge-settings.ts';

describe('mergeSettings', () => {
  it('keeps what it does not manage, in its order', () => {
    const current = { channels: { telegram: { enabled: true } }, gateway: { port: 1, custom: 'kept' }, z: 1 };
    const merged = mergeSettings(current, {
      gateway: { port: 18_789 },
      session: { dmScope: 'per-channel-peer' },
    });
    expect(JSON.stringify(merged)).toBe(
      '{"channels":{"telegram":{"enabled":true}},"gateway":{"port":18789,"custom":"kept"},"z":1,"session":{"dmScope":"per-channel-peer"}}',
    );
  });

  it('replaces a plain-text token by the reference, leaving no piece of it', () => {
    const reference = { source: 'file', provider: 'gateway', id: 'value' };
    expect(
      mergeSettings({ token: { source: 'env', provider: 'x', id: 'T', extra: 1 } }, { token: reference }),
    ).toEqual({ token: reference });
    expect(mergeSettings({ token: 'plain' }, { token: reference })).toEqual({ token: reference });
  });

  it('removes what is managed as absent', () => {
    expect(
      mergeSettings(
        { exec: { security: 'full', mode: 'deny', host: 'x' } },
        { exec: { mode: 'deny', security: undefined } },
      ),
    ).toEqual({
      exec: { mode: 'deny', host: 'x' },
    });
  });

  const json = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.jsonValue({ maxDepth: 3 }));

  test.prop([json, json])('is idempotent and puts in every managed value', (current, managed) => {
    const once = mergeSettings(current, managed);
    expect(mergeSettings(once, managed)).toEqual(once);
    for (const [key, value] of Object.entries(managed))
      if (typeof value !== 'object' || Array.isArray(value)) expect(once[key]).toEqual(value);
  });

  test.prop([json])('changes nothing when nothing is managed', (current) => {
    expect(mergeSettings(current, {})).toEqual(current);
  });
});
