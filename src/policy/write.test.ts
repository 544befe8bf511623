import { expect, test } from 'vitest';
import { defaultPolicy } from './defaults.ts';
import { loadPolicy } from './load.ts';
import { PRESET_NAMES } from './presets.ts';
import { initialPolicyText, SCHEMA_PATH, type InitialChoices } from './write.ts';

test('the text of a new folder gives exactly the defaults', () => {
  expect(loadPolicy(initialPolicyText(), 'clawproof.yaml')).toEqual(defaultPolicy());
});

test.each(PRESET_NAMES)('preset %s is written so that it loads as its defaults', (preset) => {
  expect(loadPolicy(initialPolicyText({ preset }), 'clawproof.yaml')).toEqual(defaultPolicy({ preset }));
});

test.each<InitialChoices>([
  { name: 'family-bot', openclawVersion: '2026.10.1-beta.2', port: 8443 },
  { name: 'no' },
  { name: '123' },
  { name: '1e3' },
])('choices %j are put in', (choices) => {
  const policy = loadPolicy(initialPolicyText(choices), 'clawproof.yaml');
  expect(policy.name).toBe(choices.name ?? 'openclaw');
  expect(policy.access.port).toBe(choices.port ?? 18789);
  expect(policy.openclaw.version).toBe(choices.openclawVersion ?? '2026.9.6');
});

test('its examples are valid when their # is removed', () => {
  const text = initialPolicyText()
    .replace('# allowedOrigins:', 'allowedOrigins:')
    .replace(/^ {2}# {3}- \{ host: .*$/m, '')
    .concat('    - { host: nas.example.net, ports: [443], privateAddresses: ["192.168.1.20/32"] }\n')
    .concat('    - api.example.com\n    - .example.org\n    - git.example.net:8443\n');
  const policy = loadPolicy(text, 'clawproof.yaml');
  expect(policy.access.allowedOrigins).toEqual(['https://claw.example.org']);
  expect(policy.egress.allow.map(({ host }) => host).slice(-4)).toEqual([
    'nas.example.net',
    'api.example.com',
    '.example.org',
    'git.example.net',
  ]);
});

test('the text', () => {
  const text = initialPolicyText();
  expect(text.split('\n')[0]).toBe(`# yaml-language-server: $schema=${SCHEMA_PATH}`);
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120);
  expect(text).toMatchSnapshot();
});
