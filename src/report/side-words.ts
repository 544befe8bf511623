/** A side of a measure: its files, the engine, the attack. */
export const STATE_WORDS = {
  pass: 'holds',
  fail: 'does not hold',
  skipped: 'not looked at',
  error: 'could not be looked at',
  'not-looked': 'not looked at',
} as const;
