import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { defaultPolicy } from '../policy/defaults.ts';
import { desiredConfig, parseConfig } from './openclaw-config.ts';

const SUBNET = '172.30.224.0/28';
const CAGED = defaultPolicy();
const fresh = desiredConfig(CAGED, SUBNET, null);

describe('desiredConfig', () => {
  it('makes a whole file where there is none, and then leaves it alone', () => {
    expect(parseConfig(fresh)).toMatchObject({
      gateway: { auth: { mode: 'token', token: { source: 'file' } }, trustedProxies: ['172.30.224.3'] },
      proxy: { proxyUrl: 'http://egress:3128' },
      tools: { exec: { mode: 'deny' } },
    });
    expect(desiredConfig(CAGED, SUBNET, fresh)).toBe(fresh);
  });

  it('keeps comments, order and spacing when nothing that clawproof owns differs', () => {
    const written = `// my notes\n${fresh.replace('{\n', "{ /* here */ agents: {list: [1,],},\n  'channels': {},\n").trimEnd()} // end`;
    expect(desiredConfig(CAGED, SUBNET, written)).toBe(written);
  });

  it("puts its own back and keeps everybody else's, in their order", () => {
    const changed = `{
      // JSON5
      channels: {telegram: {enabled: true}},
      gateway: {port: 1, auth: {mode: 'none', token: 'plain', extra: +1}, theirs: Infinity > 1},
      tools: {exec: {mode: 'full', host: 'x'}},
    }`.replace('Infinity > 1', '0x10');
    const text = desiredConfig(CAGED, SUBNET, changed);
    const config = parseConfig(text);
    expect(config).toMatchObject({
      channels: { telegram: { enabled: true } },
      gateway: { port: 18789, auth: { mode: 'token', extra: 1 }, theirs: 16 },
      tools: { exec: { mode: 'deny', host: 'x' } },
    });
    expect(text).not.toContain('plain');
    expect(Object.keys(config).slice(0, 3)).toEqual(['channels', 'gateway', 'tools']);
    expect(desiredConfig(CAGED, SUBNET, text)).toBe(text);
  });

  it('takes its own proxy away from a deployment that leaves the cage, and no other', () => {
    const baseline = defaultPolicy({ preset: 'baseline' });
    expect(parseConfig(desiredConfig(baseline, SUBNET, fresh))).not.toHaveProperty('proxy');
    const own = { proxy: { proxyUrl: 'http://proxy.example.com:8080' } };
    expect(parseConfig(desiredConfig(baseline, SUBNET, JSON.stringify(own)))).toMatchObject(own);
    const back = desiredConfig(CAGED, SUBNET, desiredConfig(baseline, SUBNET, fresh));
    expect(parseConfig(back)).toEqual(parseConfig(fresh));
  });

  it('forgets a script that is no longer listed', () => {
    const listing = (...scripts: string[]) =>
      defaultPolicy({ exec: { mode: 'allowlist', scripts, accepted: null } });
    const two = desiredConfig(listing('a.sh', 'b.sh'), SUBNET, null);
    expect(parseConfig(desiredConfig(listing('b.sh'), SUBNET, two))).toEqual(
      parseConfig(desiredConfig(listing('b.sh'), SUBNET, null)),
    );
    expect(parseConfig(desiredConfig(CAGED, SUBNET, two))).toEqual(parseConfig(fresh));
  });

  it('removes keys that this version of OpenClaw no longer knows', () => {
    const old = JSON.stringify({ logging: { redactSensitive: 'off', level: 'info' } });
    expect(parseConfig(desiredConfig(CAGED, SUBNET, old))['logging']).toEqual({ level: 'info' });
  });

  it.each([
    ['', 'text'],
    ['{', 'text'],
    ['{"a": 1} {"b": 2}', 'text'],
    ['[]', 'holds no object'],
    ['null', 'holds no object'],
    ['"x"', 'holds no object'],
  ])('does not guess at %j', (text, why) => {
    const error = failure(() => desiredConfig(CAGED, SUBNET, text));
    expect(error).toMatchObject({ id: 'config-unreadable', entry: { exitCode: 2 } });
    if (why !== 'text') expect(error.message).toContain(why);
  });
});

function failure(work: () => unknown): Error {
  try {
    work();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('it did not fail');
}

test('whatever a config holds: doing it twice is doing it once, and foreign keys stay', () => {
  const key = fc.string({ minLength: 1, maxLength: 8 }).filter((name) => name !== '__proto__');
  // A member of that name is nothing that a comparison of objects sees.
  const value = (maxDepth: number): fc.Arbitrary<unknown> =>
    fc.jsonValue({ maxDepth }).filter((each) => !JSON.stringify(each).includes('__proto__'));
  const foreign = fc.dictionary(
    key.map((name) => `x-${name}`),
    value(2),
  );
  const gateway = fc.option(fc.oneof(foreign, value(1)), { nil: undefined });
  fc.assert(
    fc.property(foreign, gateway, (keys, gatewaySettings) => {
      const before = JSON.stringify({ ...keys, gateway: gatewaySettings });
      const after = desiredConfig(CAGED, SUBNET, before);
      expect(desiredConfig(CAGED, SUBNET, after)).toBe(after);
      expect(parseConfig(after)).toMatchObject(JSON.parse(JSON.stringify(keys)));
      const { gateway: managed } = parseConfig(fresh);
      expect(parseConfig(after)['gateway']).toMatchObject(managed as object);
    }),
  );
});
