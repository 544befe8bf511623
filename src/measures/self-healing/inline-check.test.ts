import { Script } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { inlineHealthCheck } from './inline-check.ts';

describe('inlineHealthCheck', () => {
  it.each([undefined, 19_001])('is a script that Compose leaves as it is: port %s', (port) => {
    const script = inlineHealthCheck(port);
    expect(script).not.toMatch(/[$\n]/);
    expect(() => new Script(script)).not.toThrow();
    expect(script).toContain(port === undefined ? 'OPENCLAW_GATEWAY_PORT||18789' : `port:${port},`);
  });
});
