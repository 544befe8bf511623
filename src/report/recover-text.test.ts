import { expect, test } from 'vitest';
import { recoverText } from './recover-text.ts';

const RECOVERED = { name: 'token rotate', since: '2026-11-23T00:00:00.000Z', ended: 'taken back' } as const;
const ENDED = '"clawproof token rotate", begun 2026-11-23T00:00:00.000Z, was taken back.\n';

test('how a change was ended, and what is left to do where the gateway does not run', () => {
  expect(recoverText(RECOVERED, true)).toBe(ENDED);
  expect(recoverText(RECOVERED, false)).toBe(
    `${ENDED}The gateway does not run now. To start it: clawproof up\n`,
  );
  expect(recoverText(null, null)).toContain('nothing to recover');
});
