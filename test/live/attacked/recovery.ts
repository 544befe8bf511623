import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { containerLogs, startEventWatch } from '../../support/docker-cli.ts';
import { restartContainer } from '../../support/live-deployment.ts';
import type { LiveDeployment } from '../../support/live-deployment.ts';
import { measured } from '../../support/live-program.ts';
import { waitFor } from '../../support/wait-for.ts';

/** What the project promises for a machine that is not busy. */
const PROMISED_MS = 60_000;

/** What brings the gateway back without anybody's help. Leaves it ready. */
export function recoveryTests(live: () => LiveDeployment): void {
  describe('the gateway comes back by itself', { timeout: 600_000 }, () => {
    /** An ordinary start on this machine, now: what a recovery is compared with where the machine is busy. */
    let ordinaryMs: number;

    beforeAll(async () => {
      const began = performance.now();
      await restartContainer(live(), 'gateway');
      await live().waitUntilReady(600);
      ordinaryMs = performance.now() - began;
      measured('an ordinary restart, until ready', ordinaryMs);
    });

    /** Does harm, waits until the gateway serves again; checks that it was another process, and that nothing was in its way. */
    async function recover(
      what: string,
      harm: () => Promise<unknown>,
      lost: () => Promise<unknown>,
    ): Promise<number> {
      // A gateway that no check of its own has seen healthy yet gets the long time of a first start.
      await waitFor('its health check has seen it', 120, async () => {
        return (await live().container('gateway')).State.Health?.Status === 'healthy';
      });
      const before = await live().container('gateway');
      const since = new Date().toISOString();
      const began = performance.now();
      await harm();
      await waitFor('the harm shows', 120, async () => (await lost()) ?? false);
      await waitFor('the gateway was restarted', 240, async () => {
        return (await live().container('gateway')).RestartCount > before.RestartCount;
      });
      await live().waitUntilReady(300);
      const took = performance.now() - began;
      measured(`${what}, until ready`, took);
      expect(await live().callTool({ token: live().token() })).toBe(200);
      const after = await live().container('gateway');
      expect(after.Id).toBe(before.Id);
      expect(after.RestartCount).toBe(before.RestartCount + 1);
      const log = await containerLogs(`${live().name}-gateway-1`, '--since', since);
      expect(log.length).toBeGreaterThan(0);
      expect(log).not.toMatch(/lease/i);
      return took;
    }

    const notAnswering = async (): Promise<boolean> => (await live().get('/healthz')) !== 200;

    test('after it froze, through its own health check', async () => {
      const freeze = `
  import { readdirSync, readFileSync } from 'node:fs';
  ${FIND_GATEWAY}
  process.kill(gateway, 'SIGSTOP');
  console.log(gateway);`;
      const took = await recover('frozen', () => live().inGateway<number>(freeze), notAnswering);
      // Three failed checks, 15 s apart, each with a time limit.
      expect(took).toBeLessThan(120_000 + 2 * ordinaryMs);
    });

    test('after a SIGKILL from the host', async () => {
      const { State } = await live().container('gateway');
      const kill = (): Promise<unknown> => Promise.resolve(process.kill(childOf(State.Pid), 'SIGKILL'));
      const took = await recover('killed', kill, notAnswering);
      expect(took).toBeLessThan(Math.max(PROMISED_MS, 1.5 * ordinaryMs));
    });

    test('after the kernel ended it for want of memory', async () => {
      const events = startEventWatch(`${live().name}-gateway-1`, 'oom');
      // The kernel takes the process with the highest score; the gateway itself may raise its own.
      const allocate = `
  import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
  ${FIND_GATEWAY}
  writeFileSync('/proc/' + gateway + '/oom_score_adj', '1000');
  const kept = [];
  while (existsSync('/proc/' + gateway) && kept.length < 256) kept.push(Buffer.alloc(16 * 1024 * 1024, 1));
  console.log(kept.length);`;
      const harm = (): Promise<unknown> => {
        return live().exec('gateway', ['node', '--input-type=module', '--eval', allocate]);
      };
      const took = await recover('out of memory', harm, () => Promise.resolve(true));
      expect(took).toBeLessThan(Math.max(PROMISED_MS, 2 * ordinaryMs));
      expect(await events.stop()).toContain('oom');
    });
  });
}

/** Part of a Node script: the pid of the gateway in its own container. */
const FIND_GATEWAY = `
const gateway = readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name)).map(Number).find((pid) => {
  try {
    const parent = /^PPid:\\s*(\\d+)/m.exec(readFileSync('/proc/' + pid + '/status', 'utf8'))[1];
    return parent === '1' && readFileSync('/proc/' + pid + '/cmdline', 'utf8').includes('openclaw');
  } catch { return false; }
});
if (gateway === undefined) throw new Error('no gateway process');`;

/** Pid, as the host counts, of the only child of a container's init. */
function childOf(init: number): number {
  const child = readdirSync('/proc').find((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      return readFileSync(`/proc/${name}/status`, 'utf8').includes(`\nPPid:\t${init}\n`);
    } catch {
      return false;
    }
  });
  if (child === undefined) throw new Error(`process ${init} has no child`);
  return Number(child);
}
