import { expect, test } from 'vitest';
import { createStyle } from '../report/style.ts';
import { unifiedDiff } from './diff.ts';

const plain = createStyle(false);

test('shows what changes with three lines around it, paths as seen from here', () => {
  const before = 'a\r\nb\r\nc\r\nd\r\ne\r\nf\r\n';
  const text = { before, after: before.replace('e', 'E') };
  expect(unifiedDiff([{ path: '/p/q/x.yaml', text }], '/p', plain)).toBe(
    '--- a/q/x.yaml\n+++ b/q/x.yaml\n@@ -2,5 +2,5 @@\n b\n c\n d\n-e\n+E\n f\n',
  );
});

test('new files, a missing last line end, and modes', () => {
  expect(unifiedDiff([{ path: '/p/n', text: { before: null, after: 'x\n' } }], '/p', plain)).toBe(
    '--- /dev/null\n+++ b/n\n@@ -0,0 +1,1 @@\n+x\n',
  );
  expect(unifiedDiff([{ path: '/p/n', text: { before: 'a', after: 'b' } }], '/p', plain)).toContain(
    '\\ No newline at end of file',
  );
  expect(unifiedDiff([{ path: '/p/.env', mode: 0o600, modeBefore: 0o644 }], '/p', plain)).toBe(
    'mode of .env: 0644 → 0600\n',
  );
});

test('values that may be secrets are not shown, references are', () => {
  const before = 'k: 1\n- OPENCLAW_GATEWAY_TOKEN=hunter2\n- API_KEY=${KEY}\npassword: p\n';
  const shown = unifiedDiff(
    [{ path: '/p/x', text: { before, after: before.replace('k: 1', 'k: 2') } }],
    '/p',
    plain,
  );
  expect(shown).not.toContain('hunter2');
  expect(shown).not.toContain('password: p\n');
  expect(shown).toContain(' - OPENCLAW_GATEWAY_TOKEN=•••••••\n - API_KEY=${KEY}\n');
});

test('nothing in a file moves the cursor or changes colours', () => {
  const text = { before: 'a: \u001B[2J\u202Ex\n', after: 'a: \u001B[31m\n' };
  // oxlint-disable-next-line no-control-regex
  expect(unifiedDiff([{ path: '/p/\u001Bx', text }], '/p', plain)).not.toMatch(/[\u001B\u202E]/);
});

test('with colours', () => {
  const shown = unifiedDiff(
    [{ path: '/p/x', text: { before: 'a\n', after: 'b\n' } }],
    '/p',
    createStyle(true),
  );
  expect(shown).toContain('\u001B[31m-a\u001B[39m\n\u001B[32m+b\u001B[39m\n');
});

test('no name and no line is a command for a workflow', () => {
  const before = '::error::a\n  ::set-output name=x::y\n# ##[error]b\na: 1\n';
  const text = { before, after: before.replace('a: 1', 'a: 2') };
  const shown = unifiedDiff([{ path: '/p/a\n::error::pwn/x\t.yaml', text, mode: 0o600 }], '/p', plain);
  expect(shown).not.toMatch(/^\s*::|##\[/m);
  expect(shown).toContain('--- a/a\uFFFD::error::pwn/x\uFFFD.yaml\n');
  expect(unifiedDiff([{ path: '/p\n::error::x', text }], '/p\n::error::x', plain)).not.toMatch(/^\s*::/m);
});

test('what stands around a change hides its values, what clawproof adds stays readable', () => {
  const before = [
    'services:',
    '  a:',
    '    environment:',
    '      - MY_PIN=847261',
    '      - FOO=bar1',
    '    command: ["gateway", "--password", "Sup3rS3cret"]',
    '',
  ].join('\n');
  const added = [
    '      - NODE_OPTIONS=--max-old-space-size=1536',
    '      - npm_config_cache=/home/node/.openclaw/cache/npm',
    '      - XDG_CONFIG_HOME=/home/node/.openclaw/config',
    '      - OPENCLAW_STATE_DIR=/home/node/.openclaw',
    '      - OPENCLAW_CONFIG_READONLY=1',
  ];
  const after = before
    .replace('    command', `${added.join('\n')}\n    command`)
    .replace('FOO=bar1', 'FOO=bar2');
  const shown = unifiedDiff([{ path: '/p/compose.yaml', text: { before, after } }], '/p', plain);
  expect(shown).not.toMatch(/847261|bar[12]|Sup3r/);
  expect(shown).toContain('-      - FOO=••••\n');
  for (const line of added) expect(shown).toContain(`+${line}\n`);
  const shortened = {
    before: `${'x: 1\n'.repeat(9)}${before}`,
    after: `${'x: 1\n'.repeat(9)}${before}# end\n`,
  };
  // The section begins above what is shown.
  expect(unifiedDiff([{ path: '/p/c.yaml', text: shortened }], '/p', plain)).not.toMatch(/bar1|environment:/);
});
