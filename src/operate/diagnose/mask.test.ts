import { fc, test as propertyTest } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { safeLine } from './mask.ts';
import * as said from './testing/recorded-lines.ts';

const TOKEN = '0123456789abcdef'.repeat(4);

describe('what is shown of a line', () => {
  it.each([
    ['a token', `started with ${TOKEN}`, TOKEN],
    ['a key of a provider', `key sk-proj-${'a1'.repeat(12)} was refused`, 'sk-proj'],
    ['a named value', 'OPENAI_API_KEY=hunter22hunter22', 'hunter22'],
    ['a named value in JSON', '{"password":"hunter22hunter22"}', 'hunter22'],
    ['a header', 'authorization: Bearer hunter22hunter22', 'hunter22'],
    ['a password in an address', 'connect redis://user:hunter22@db:6379', 'hunter22'],
    ['a query', 'GET /ws?token=hunter22hunter22&x=1', 'hunter22'],
    ['a token of a bot', 'telegram 123456789:AAF-abcdefghijklmnopqrstuvwxyz_12345 failed', 'AAF-abcdef'],
  ])('has no secret: %s', (_, line, secret) => {
    expect(safeLine(line, [])).not.toContain(secret);
    expect(safeLine(line, [])).toContain('[hidden]');
  });

  it.each([
    ...said.TOKEN_MISMATCH,
    said.PAIRING,
    said.ORIGIN,
    said.LOCKED_OUT,
    ...said.INVALID_CONFIG,
    said.READ_ONLY_ROOT,
  ])('leaves what helps: %#', (line) => {
    expect(safeLine(line, [])).toBe(line);
  });

  it('names settings and files, whatever they are called', () => {
    const line =
      'gateway.auth.token: gateway.auth.token is plain text; secrets/gateway_token: secrets/gateway_token has mode 0666';
    expect(safeLine(line, [])).toBe(line);
  });

  propertyTest.prop([fc.string(), fc.string(), fc.stringMatching(/^[!-~]{12,40}$/)])(
    'never holds a value that is known to be secret',
    (before, after, secret) => {
      expect(safeLine(`${before}${secret}${after}`, [secret])).not.toContain(secret);
    },
  );

  propertyTest.prop([fc.string({ unit: 'binary' })])('does nothing to a terminal', (text) => {
    // oxlint-disable-next-line no-control-regex
    expect(safeLine(text, [])).not.toMatch(/[\u0000-\u001F\u007F-\u009F\u202E]/u);
  });

  it('is found quickly in a line that was made to be slow', () => {
    const began = performance.now();
    safeLine(`${'token='.repeat(20_000)}${'eyJ'.repeat(20_000)}${'?a'.repeat(20_000)}`, []);
    expect(performance.now() - began).toBeLessThan(2000);
  });
});
