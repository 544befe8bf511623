import { expect, test } from 'vitest';
import { parseDotenv } from './dotenv.ts';

function values(text: string): Record<string, string> {
  const { variables, problems } = parseDotenv(text, '/.env', (name) => ({ HOME: '/root' })[name]);
  expect(problems).toEqual([]);
  return Object.fromEntries(variables.map(({ name, value }) => [name, value]));
}

test.each<[string, Record<string, string>]>([
  ['A=1\nB: 2\nexport C=3\n', { A: '1', B: '2', C: '3' }],
  ['# c\n\n  A = 1 # c\nB=1#c\r\nC=\n', { A: '1', B: '1#c', C: '' }],
  [
    `A='$HOME \\n'\nB="$HOME\\n\\$x \\"q\\""\nC=$HOME/\${A}\n`,
    { A: '$HOME \\n', B: '/root\n$x "q"', C: '/root/$HOME \\n' },
  ],
  ['A="x\ny" # c\nB=1', { A: 'x\ny', B: '1' }],
  ['HOME\nOTHER\nA=1', { HOME: '/root', A: '1' }],
  ['\uFEFFA=1\n', { A: '1' }],
  ['A=${X:-d}\nA=${A}2\n', { A: 'd2' }],
])('%j', (text, expected) => {
  expect(values(text)).toEqual(expected);
});

test('says where names and values stand', () => {
  const text = '# c\nexport A = "x y" # c\n';
  const [variable] = parseDotenv(text, '/.env', () => undefined).variables;
  expect(text.slice(variable?.nameRange.start, variable?.nameRange.end)).toBe('A');
  expect(text.slice(variable?.range.start, variable?.range.end)).toBe('"x y"');
});

test.each([
  ['A="x\nB=1\n', 1, 3],
  ['A=1\nA B=2\n', 2, 1],
  ['a?b=1\n', 1, 2],
])('%j has a problem in line %d, column %d, and no excerpt', (text, line, column) => {
  const [problem] = parseDotenv(text, '/.env', () => undefined).problems;
  expect(problem?.position).toMatchObject({ file: '/.env', line, column });
  expect(problem?.position).not.toHaveProperty('excerpt');
});
