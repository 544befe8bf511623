import { test as property, fc } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { answersFrom, parseAnswers } from './answers.ts';
import { applyAnswers, withSection } from './apply-answers.ts';

const TODAY = '2026-11-22';

describe('answers in the files', () => {
  test('fields of IDENTITY.md get their values, hints go, the rest stays', () => {
    const text = '# IDENTITY.md\n\n- **Name:**\n  _(pick something)_\n- **Vibe:** old\n\n---\n\nMine.\n';
    const { 'IDENTITY.md': after } = applyAnswers(
      { 'IDENTITY.md': text },
      { agent: { name: 'Ada', emoji: '🦉', vibe: 'calm' } },
      TODAY,
    );
    expect(after).toBe(
      '# IDENTITY.md\n\n- **Name:** Ada\n- **Vibe:** calm\n- **Emoji:** 🦉\n\n---\n\nMine.\n',
    );
  });

  test('USER.md gets dated directives, and loses the example of the template', () => {
    const text =
      '# USER.md\n\n## Directives\n\nReplace it.\n\n<!-- observed: YYYY-MM-DD | status: active -->\n\n- Prefer ...\n';
    const answers = { user: { name: 'Ann', preferences: ['Never use tables', 'short answers'] } };
    const { 'USER.md': after = '' } = applyAnswers({ 'USER.md': text }, answers, TODAY);
    expect(after).not.toContain('YYYY');
    expect(after).toContain(
      `<!-- observed: ${TODAY} | status: active -->\n\n- Always call the person you work for Ann.`,
    );
    expect(after).toContain('- Never use tables\n');
    expect(after).toContain('- Prefer: short answers\n');
  });

  test('notes on tools go below the heading that OpenClaw has for them', () => {
    const text = '# AGENTS.md\n\n## Tools\n\nUse skills.\n\n## Other\n';
    const { 'AGENTS.md': after = '' } = applyAnswers(
      { 'AGENTS.md': text },
      { tools: ['printer: brother'] },
      TODAY,
    );
    expect(after.indexOf('printer')).toBeGreaterThan(after.indexOf('## Tools'));
    expect(after.indexOf('printer')).toBeLessThan(after.indexOf('Use skills.'));
  });

  test('the same answers again change nothing; others take their place', () => {
    const first = applyAnswers({}, { boundaries: ['a'] }, TODAY);
    expect(applyAnswers(first, { boundaries: ['a'] }, TODAY)).toEqual({});
    const second = applyAnswers(first, { boundaries: ['b'] }, TODAY)['SOUL.md'] ?? '';
    expect(second).toContain('- b');
    expect(second).not.toContain('- a');
  });

  test('no answer, no change', () => {
    expect(applyAnswers({ 'SOUL.md': 'x' }, {}, TODAY)).toEqual({});
  });

  test('typed answers: empty ones are left out, several are separated', () => {
    expect(answersFrom({ 'agent.name': ' Ada ', 'agent.vibe': ' ', boundaries: 'a; b;' })).toEqual({
      agent: { name: 'Ada' },
      boundaries: ['a', 'b'],
    });
  });

  test.each([
    'agent: { nmae: x }',
    'boundaries: text',
    'agent: { name: "two\\nlines" }',
    'agent: [',
    'remember: [""]',
  ])('a file with %s is refused', (text) => {
    expect(() => parseAnswers(text, 'a.yaml')).toThrow(/no usable answers/);
  });
});

property.prop([
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'grapheme' }),
])('a section replaces itself only, whatever stands around it', (before, first, second) => {
  fc.pre(!`${before}${first}${second}`.includes('<!-- clawproof'));
  const once = withSection(before, 'x', first);
  const twice = withSection(once, 'x', second);
  expect(twice).toBe(
    once.replace(
      `\n${first}\n<!-- clawproof: end of x -->`,
      () => `\n${second}\n<!-- clawproof: end of x -->`,
    ),
  );
  expect(once.startsWith(before.trimEnd())).toBe(true);
});
