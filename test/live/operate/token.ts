import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { LiveDeployment } from '../../support/live-deployment.ts';
import { measured } from '../../support/live-program.ts';
import { connect, pairDevice } from '../../support/paired-device.ts';
import { pause } from '../../support/wait-for.ts';

/** The figure to reach: a gateway's own restart, which takes 18 s, plus 2 s. */
const MOST_GAP_MS = 20_000;
const POLL_MS = 50;

/** `clawproof token` on a running deployment. Leaves it with another token. */
export function tokenTests(live: () => LiveDeployment): void {
  test('token rotate: another token, without a restart; devices keep what they have, browsers do not', async () => {
    const phone = await pairDevice(live(), { id: 'cli', mode: 'cli' });
    const browser = await pairDevice(live(), { id: 'webchat-ui', mode: 'webchat' });
    const old = live().token();
    const before = await live().container('gateway');
    const watch = watchGap(live(), old);
    const { code, stdout, stderr, ms } = await live().cli('token', 'rotate');
    const gap = await watch;
    measured('token rotate', ms);
    measured('gap between the last 200 with the old token and the first 200 with the new one', gap);
    expect(code, stderr).toBe(0);
    expect(gap).toBeLessThan(MOST_GAP_MS);
    expect(stdout).toContain('The new token works, and only that one.');
    expect(stdout).toMatch(/keep working: .*cli/);
    expect(stdout).toMatch(/must be paired again.*webchat-ui/);
    expect((await live().container('gateway')).State.StartedAt).toBe(before.State.StartedAt);

    await expectOnly(live(), live().token(), old);
    expect(await connect(live(), phone)).toMatchObject({ ok: true });
    expect(await connect(live(), browser)).toMatchObject({ ok: false });
    const said = stdout + stderr + journal(live());
    for (const secret of [old, live().token()]) expect(said).not.toContain(secret);
    expect(statSync(join(live().folder, 'secrets/gateway_token')).mode & 0o777).toBe(0o400);
  });

  test('token show refuses a pipe, and token age tells when the token was made', async () => {
    for (const args of [['show'], ['show', '--json']]) {
      const refused = await live().cli('token', ...args);
      expect(refused.code).toBe(2);
      expect(refused.stdout + refused.stderr).not.toContain(live().token());
      expect(refused.stdout + refused.stderr).toContain('token-not-for-pipes');
    }
    const { code, stdout } = await live().cli('token', 'age', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ days: 0, maxDays: 90, tooOld: false, source: 'record' });
  });

  // In the first, the file holds the new token and the gateway the old one; in the second, both hold the new one.
  test.each(['gateway-takes', 'paired-devices'])(
    'killed at "%s" and recovered: only the old token works',
    async (step) => {
      const old = live().token();
      const before = journal(live()).length;
      const run = live().startCli('token', 'rotate');
      while (!journal(live()).includes(`"detail":"${step}"`, before)) await pause(10);
      process.kill(-run.pid, 'SIGKILL');
      await run.done;
      const refused = readFileSync(join(live().folder, '.clawproof/token/new'), 'utf8');
      const { code, stdout, stderr } = await live().cli('recover');
      expect(code, stderr).toBe(0);
      expect(stdout).toContain('was taken back');
      expect(stderr).toContain('The old token is the one that works: the gateway accepts it.');
      expect(live().token()).toBe(old);
      await expectOnly(live(), old, refused);
      expect(existsSync(join(live().folder, '.clawproof/token'))).toBe(false);
      expect(await live().get('/readyz')).toBe(200);
    },
  );
}

/** Milliseconds from the last answer 200 to the old token to the first to the new one, which is asked only when it may work. */
async function watchGap(live: LiveDeployment, old: string): Promise<number> {
  let last = performance.now();
  for (;;) {
    const asked = performance.now();
    if ((await live.callTool({ token: old })) === 200) last = asked;
    else if ((await live.callTool({ token: live.token() })) === 200) return performance.now() - last;
    await pause(POLL_MS);
  }
}

async function expectOnly(live: LiveDeployment, valid: string, other: string): Promise<void> {
  expect(await live.callTool({ token: valid })).toBe(200);
  expect(await live.callTool({ token: other })).toBe(401);
}

function journal(live: LiveDeployment): string {
  return readFileSync(join(live.folder, '.clawproof/journal.jsonl'), 'utf8');
}
