import { expect, test } from 'vitest';
import type { Deployment } from '../deployment/deployment.ts';
import { unknownVariable } from '../documents/unknown-variable.ts';
import { passed } from './look.ts';
import type { Outcome } from './measure.ts';
import { failedSetting, membersOf, settingAt, withSettings, type Settings } from './settings.ts';

const mark = unknownVariable('MODE');

function check(config: Settings, look: (config: Settings) => Outcome[] | Outcome): Outcome[] {
  const deployment: Deployment = { evidence: 'declared', services: [], networks: [], openclawConfig: config };
  return withSettings(deployment, look);
}

const skippedFor = { state: 'skipped', reason: 'it depends on MODE, which is set nowhere' };

test('a pass that depends on an unknown value is none', () => {
  expect(check({ a: { b: mark } }, (config) => (settingAt(config, 'a.b') ? passed() : []))).toEqual([
    skippedFor,
  ]);
});

test('a failure of an unknown value is none, others stay', () => {
  const outcomes = check({ a: mark, b: 1 }, (config) => [
    failedSetting('a', `a is ${String(config['a'])}`),
    failedSetting('b', 'b is 1'),
  ]);
  expect(outcomes).toEqual([failedSetting('b', 'b is 1'), skippedFor]);
});

test('an unknown value that nobody looked at changes nothing', () => {
  const look = (config: Settings): Outcome[] => {
    const flags = [...membersOf(config)].filter((member) => member.key === 'flag' && member.value === true);
    return flags.map(({ steps }) => failedSetting(steps, 'on')).concat(config['b'] === 1 ? passed() : []);
  };
  expect(check({ a: { key: mark, list: [{ flag: true }] }, b: 1 }, look)).toEqual([
    failedSetting(['a', 'list', 0, 'flag'], 'on'),
    passed(),
  ]);
});

test('lists are looked at as they are', () => {
  const look = (config: Settings): Outcome[] =>
    Array.isArray(config['a']) && config['a'].includes('x') ? [passed()] : [];
  expect(check({ a: ['x'], b: mark }, look)).toEqual([passed()]);
});
