import { describe, expect, test } from 'vitest';
import { parsePinnedImage, parseTailnetName } from './tailscale-access.ts';

const DIGEST = `sha256:${'0'.repeat(64)}`;

describe('parseTailnetName', () => {
  test.each([
    ['claw.tail1234.ts.net', 'claw.tail1234.ts.net'],
    ['Claw.Ibex-Scale.TS.NET.', 'claw.ibex-scale.ts.net'],
  ])('reads %s', (text, value) => {
    expect(parseTailnetName(text)).toEqual({ ok: true, value });
  });

  test.each([
    'claw',
    'claw.ts.net',
    'a.claw.tail1234.ts.net',
    'claw.example.org',
    '.tail1234.ts.net',
    '100.64.0.1',
  ])('refuses %s', (text) => {
    expect(parseTailnetName(text).ok).toBe(false);
  });
});

describe('parsePinnedImage', () => {
  test.each([
    [DIGEST, DIGEST],
    [`tailscale/tailscale@${DIGEST}`, `tailscale/tailscale@${DIGEST}`],
    [`localhost:5000/tailscale:v1.94.2@${DIGEST}`, `localhost:5000/tailscale@${DIGEST}`],
  ])('reads %s', (text, value) => {
    expect(parsePinnedImage(text)).toEqual({ ok: true, value });
  });

  test.each(['tailscale/tailscale', 'tailscale/tailscale:latest', 'sha256:0', `TAILSCALE@${DIGEST}`, ''])(
    'refuses %j',
    (text) => {
      expect(parsePinnedImage(text).ok).toBe(false);
    },
  );
});
