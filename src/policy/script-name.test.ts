import { expect, test } from 'vitest';
import { parseScriptName } from './script-name.ts';

test.each(['report.sh', 'check-mail.py', '1.mjs', 'a_b.rb'])('%j is a name', (name) => {
  expect(parseScriptName(name)).toEqual({ ok: true, value: name });
});

test.each([
  ['bash', 'endings'],
  ['ls', 'endings'],
  ['.sh', 'endings'],
  ['a.b.sh', 'endings'],
  ['report.sh\n', 'endings'],
  ['python3.11', 'endings'],
  ['-x.sh', 'endings'],
  ['../report.sh', 'path'],
  ['a\\b.sh', 'path'],
  ['Report.sh', 'write report.sh'],
])('%j is none', (name, why) => {
  const parsed = parseScriptName(name);
  expect(parsed.ok ? '' : parsed.problem).toContain(why);
});
