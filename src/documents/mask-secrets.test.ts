import fc from 'fast-check';
import { expect, test } from 'vitest';
import { maskedWords, maskSecrets } from './mask-secrets.ts';

test.each([
  ['apiKey: hunter2 and more', 'hunter2 and more'],
  ['  - TELEGRAM_BOT_TOKEN=abc', 'abc'],
  ['"gatewayToken": "x"', 'x'],
  ['password: p', ': p'],
  ['- sk-ant-REDACTED', 'abcdefgh'],
  [`- npm_${'a1'.repeat(18)}`, 'a1a1'],
  ['- https://me:pass@host.example', 'me:pass'],
  ['- 123456789:AAExampleExampleExampleExampleExampl', 'AAExample'],
  ['x: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', '9f86d081'],
])('masks %j', (line, secret) => {
  const masked = maskSecrets(line);
  expect(masked).not.toContain(secret);
  expect(masked).toHaveLength(line.length);
});

test.each([
  'preset: caged',
  '  gateway: ghcr.io/openclaw/openclaw',
  '  - generativelanguage.googleapis.com',
  'egress: registry.example.com/egress@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  '  memory: 2g # enough',
  '+      - npm_config_cache=/home/node/.openclaw/cache/npm',
  '      - NODE_OPTIONS=--max-old-space-size=1536',
])('leaves %j', (line) => {
  expect(maskSecrets(line)).toBe(line);
});

test('keeps the length of any line, and masking twice is masking once', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (line) => {
      expect(maskSecrets(line)).toHaveLength(line.length);
      expect(maskSecrets(maskSecrets(line))).toBe(maskSecrets(line));
    }),
  );
});

test('a line without end takes no time', () => {
  const start = performance.now();
  maskSecrets('a1'.repeat(50_000));
  maskSecrets('token'.repeat(400));
  maskSecrets('token'.repeat(50_000));
  maskSecrets('a1'.repeat(1000));
  maskSecrets('://'.repeat(50_000));
  expect(performance.now() - start).toBeLessThan(2000);
});

test.each([
  ['- BOT_PASS=shortpw1', 'shortpw1'],
  ['- MY_PIN=847261', '847261'],
  ['- SIGNING_SALT=qwerty', 'qwerty'],
  ['DB_PWD: Hunter2', 'Hunter2'],
  ['command: ["gateway", "--password", "Sup3rS3cret"]', 'Sup3r'],
  ['command: gateway --token abc --bind lan', 'abc'],
  ["run('--api-key=abc')", 'abc'],
  ['- URL=postgres://u:p@ss/wd@db/x', 'ss/wd'],
])('masks %j, too', (line, secret) => {
  expect(maskSecrets(line)).not.toContain(secret);
  expect(maskSecrets(line)).toHaveLength(line.length);
});

test.each([
  '- $PWD:/data:ro',
  'bypass: true',
  '["--auth", "token", "--bind", "lan"]',
  '["--token-file", "/x"]',
])('leaves %j, too', (line) => {
  expect(maskSecrets(line)).toBe(line);
});

test.each([
  ['://u@', '://•@'],
  ['://:p@', '://••@'],
  ['-pwd=x', '-pwd=•'],
  ['["-pwd","x"]', '["-pwd",•••]'],
  ['sk-12345678', '•••••••••••'],
  [`hf_${'x'.repeat(20)}`, '•'.repeat(23)],
  ['eyJ123456789012', '•'.repeat(15)],
  [`123456:${'x'.repeat(30)}`, '•'.repeat(37)],
  ['1'.repeat(31) + 'a', '•'.repeat(32)],
])('masks %j in a sentence, however short it is', (secret, masked) => {
  expect(maskedWords(`The token: of ${secret} is known, see a@b, -x, or c=d.`)).toBe(
    `The token: of ${masked} is known, see a@b, -x, or c=d.`,
  );
});
