import { expect, test } from 'vitest';
import { defaultPolicy } from '../../policy/defaults.ts';
import { desiredConfig, parseConfig } from '../openclaw-config.ts';
import { settledConfig } from './settle-config.ts';

const SUBNET = '10.255.240.0/28';
const POLICY = defaultPolicy();
const BEFORE = desiredConfig(POLICY, SUBNET, null);

function settled(plugins: unknown, before = BEFORE): unknown {
  const after = JSON.stringify({ ...parseConfig(BEFORE), plugins });
  return parseConfig(settledConfig(POLICY, SUBNET, before, after))['plugins'];
}

test('what the doctor left alone stays byte for byte', () => {
  expect(settledConfig(POLICY, SUBNET, BEFORE, BEFORE)).toBe(BEFORE);
});

test('a plugin that it only noted as switched on goes, and leaves nothing', () => {
  expect(settled({ entries: { browser: { enabled: true } } })).toBeUndefined();
});

test('a list that it made stays', () => {
  expect(settled({ allow: ['browser'], entries: { browser: { enabled: true } } })).toEqual({
    allow: ['browser'],
  });
});

test('settings that it moved to a plugin stay, as does a plugin that it switched off', () => {
  const entries = { brave: { enabled: true, config: { webSearch: {} } }, canvas: { enabled: false } };
  expect(settled({ entries: { ...entries, browser: { enabled: true } } })).toEqual({ entries });
});

test('a plugin that the user had switched on stays', () => {
  const plugins = { entries: { voice: { enabled: true } } };
  expect(settled(plugins, JSON.stringify({ ...parseConfig(BEFORE), plugins }))).toEqual(plugins);
});

test('settings of clawproof that it changed are put back', () => {
  const { gateway: _, ...rest } = parseConfig(BEFORE);
  expect(parseConfig(settledConfig(POLICY, SUBNET, BEFORE, JSON.stringify(rest)))['gateway']).toEqual(
    parseConfig(BEFORE)['gateway'],
  );
});
