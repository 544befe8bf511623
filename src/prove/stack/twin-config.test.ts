import { describe, expect, it } from 'vitest';
import { changedSettings, isHot, quietConfig } from './twin-config.ts';

describe('quietConfig', () => {
  it('switches channels off and keeps the rest', () => {
    const config = {
      channels: { defaults: { groupPolicy: 'open' }, telegram: { enabled: true, botToken: 'x' } },
      gateway: { port: 1, tailscale: { mode: 'funnel', path: '/' } },
      tools: { profile: 'coding' },
    };
    expect(quietConfig(config)).toEqual({
      channels: { defaults: { groupPolicy: 'open' }, telegram: { enabled: false, botToken: 'x' } },
      gateway: { port: 1, tailscale: { mode: 'off', path: '/' } },
      tools: { profile: 'coding' },
    });
  });
});

describe('changedSettings', () => {
  it('names the leaves in which settings differ', () => {
    expect(changedSettings({ a: { b: 1, c: [1] }, d: 2 }, { a: { b: 1, c: [2] }, e: { f: 3 } })).toEqual([
      'a.c',
      'd',
      'e.f',
    ]);
    expect(changedSettings({ a: 1 }, { a: 1 })).toEqual([]);
  });

  it('knows what a running gateway takes up', () => {
    expect(isHot('gateway.auth.rateLimit.lockoutMs')).toBe(true);
    expect(isHot('tools.deny')).toBe(true);
    expect(isHot('gateway.auth.token')).toBe(false);
    expect(isHot('toolsets')).toBe(false);
  });
});
