import { expect, test } from 'vitest';
import type { ExecStatus } from '../operate/exec-mode/exec-status.ts';
import { execChangeText, execStatusText, scriptsText } from './exec-text.ts';
import { createStyle } from './style.ts';

const STYLE = createStyle(false);
const DENY: ExecStatus = {
  folder: '/srv/claw',
  mode: 'deny',
  accepted: null,
  scripts: [],
  scriptsFolder: '/opt/clawproof/scripts',
  warning: null,
};
const FACTS = { interpreter: '/bin/sh', bytes: 27, lines: 2, hash: 'ab'.repeat(32) };

test('one line says what the agent may run', () => {
  expect(execStatusText(DENY, STYLE)).toBe('exec deny: the agent runs nothing.\n');
});

test('what is over is said first, with what ends it', () => {
  const accepted = { by: 'Ann', until: '2026-01-01', daysLeft: 0 };
  const text = execStatusText({ ...DENY, mode: 'full', accepted, warning: 'It is over' }, STYLE);
  expect(text).toContain('It is over.\n');
  expect(text).toContain('clawproof exec deny');
  expect(text).not.toContain('left');
});

test('scripts that do not run say why', () => {
  const scripts = [
    { name: 'a.sh', isListed: true, facts: FACTS },
    { name: 'b.sh', isListed: true, why: 'is not in the folder scripts' },
    { name: 'c.sh', isListed: false, facts: FACTS },
  ];
  const text = scriptsText({ ...DENY, mode: 'allowlist', scripts }, STYLE);
  expect(text).toMatch(/^a\.sh +allowed +\/bin\/sh +2 +abababababababab$/m);
  expect(text).toMatch(/^b\.sh +cannot run: it is not in the folder scripts$/m);
  expect(text).toMatch(/^c\.sh +not allowed: exec\.scripts does not list it/m);
});

test('a change says what was proved, or that nothing was', () => {
  const proof = { pass: 15, skipped: 2, seconds: 50 };
  expect(
    execChangeText({ ...DENY, changed: true, isStopped: false, isUnproved: false, proof }, STYLE),
  ).toContain('15 attacks stopped');
  expect(execChangeText({ ...DENY, changed: true, isStopped: false, isUnproved: true }, STYLE)).toContain(
    'Not proved.',
  );
  expect(execChangeText({ ...DENY, changed: false, isStopped: false, isUnproved: false }, STYLE)).toContain(
    'Nothing to change.',
  );
});
