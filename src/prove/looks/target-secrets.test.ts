import { describe, expect, it } from 'vitest';
import { guessBits, searchable } from './target-secrets.ts';

describe('guessBits', () => {
  it('counts what characters could say', () => {
    expect(guessBits('0123456789abcdef'.repeat(4))).toBe(256);
    expect(guessBits('openclaw1')).toBeLessThan(64);
    expect(guessBits('')).toBe(0);
  });

  it('gives little for few characters, however many', () => {
    expect(guessBits('0'.repeat(64))).toBe(0);
    expect(guessBits('ab'.repeat(32))).toBe(64);
  });
});

describe('searchable', () => {
  it('takes secrets by name or shape, and none that is too short to be told from other texts', () => {
    const found = searchable({
      asksForNone: false,
      token: { where: 'file /run/secrets/gateway_token', value: 'a'.repeat(64) },
      others: [
        { where: 'env OPENAI_API_KEY', value: 'sk-abcdefghijklmnopqrstuvwxyz' },
        { where: 'env HOME', value: '/home/node/somewhere' },
        { where: 'channels.x.password', value: 'short' },
      ],
    });
    expect(found.map(({ where }) => where)).toEqual(['the gateway’s token', 'env OPENAI_API_KEY']);
  });
});
