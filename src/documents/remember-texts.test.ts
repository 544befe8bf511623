import { expect, test } from 'vitest';
import { rememberTexts } from './remember-texts.ts';

test('a short text is changed once, a long one each time, and the memory has an end', () => {
  const asked: string[] = [];
  const change = rememberTexts((text) => {
    asked.push(text);
    return text.toUpperCase();
  });
  const long = 'x'.repeat(1000);
  for (const text of ['a', 'b', 'a', '', '', long, long]) expect(change(text)).toBe(text.toUpperCase());
  expect(asked).toEqual(['a', 'b', '', long, long]);
  for (let index = 0; index < 2000; index += 1) expect(change(`n${index}`)).toBe(`N${index}`);
  expect(change('a')).toBe('A');
  expect(asked.filter((text) => text === 'a')).toHaveLength(2);
});
