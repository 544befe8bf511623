import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ProbeResult, ProofReport } from '../../../src/prove/proof-report.ts';
import { ownValidator } from '../../../src/report/audit/testing/schemas.ts';
import { writeProof } from '../../../src/report/proof/proof-formats.ts';
import { containerLogs } from '../../support/docker-cli.ts';
import type { LiveDeployment } from '../../support/live-deployment.ts';
import { measured, runCli } from '../../support/live-program.ts';
import { startLoad } from '../../support/load.ts';
import { proofTraces } from '../../support/proof-traces.ts';
import { runProgram } from '../../support/run-program.ts';
import type { Running, RunResult } from '../../support/run-program.ts';
import { pause } from '../../support/wait-for.ts';

const LONG = 1_200_000;
/** What a proof takes at most from its last attack to its end. */
const SOON_MS = 2000;
/** What somebody outside would notice: a lockout, a wrong token, an attack that went astray. */
const NOTICED = /unauthor|token[ _]mismatch|rate.?limit|lock(?:ed)?.?out|clawproof|cp-[0-9a-f]{8}/i;

function readProof(path: string): ProofReport {
  return JSON.parse(readFileSync(path, 'utf8')) as ProofReport;
}

function idsOf(probes: readonly ProbeResult[], isMeant: (probe: ProbeResult) => boolean): string[] {
  return probes.filter(isMeant).map(({ id, state, observed }) => `${id} (${state}): ${observed}`);
}

/** What a proof must leave as it was. */
async function stateOf(live: LiveDeployment): Promise<object> {
  const containers = await live.containers();
  const files = `
    const { readdirSync, statSync } = require('node:fs');
    const all = readdirSync('/home/node/.openclaw', { recursive: true, withFileTypes: true });
    const kept = all.filter((entry) => entry.isFile() && !/sqlite|\\.log|\\/cache\\//.test(entry.parentPath + '/' + entry.name));
    console.log(JSON.stringify(kept.map((entry) => {
      const path = entry.parentPath + '/' + entry.name;
      return path + ' ' + statSync(path).size + ' ' + statSync(path).mtimeMs;
    }).sort()));`;
  const { stdout } = await live.exec('gateway', ['node', '--eval', files]);
  return {
    containers: containers.map(({ Id, State, RestartCount }) => [Id, State.StartedAt, RestartCount]),
    networks: containers.map(({ NetworkSettings }) => NetworkSettings.Networks),
    files: JSON.parse(stdout) as string[],
  };
}

interface Interrupted {
  pid: number;
  /** Milliseconds of attacks before the signal. */
  after: number;
  result: RunResult;
}

/** `clawproof prove` on a running deployment, which notices nothing. */
export function proofTests(live: () => LiveDeployment): void {
  const evidence = (): string => join(live().folder, '..', 'evidence.json');
  const pids: number[] = [];

  const prove = (...args: string[]): Running => {
    const running = live().startCli('prove', ...args);
    pids.push(running.pid);
    return running;
  };

  test(
    'holds, and the deployment notices nothing',
    async () => {
      const key = join(live().folder, '..', 'key');
      await runProgram('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
      const before = await stateOf(live());
      const logged = (await containerLogs(`${live().name}-gateway-1`)).length;
      const load = startLoad(live());
      const { code, stdout, stderr, ms } = await prove('--json', '--evidence', evidence(), '--sign', key)
        .done;
      const { answered, failed } = await load.stop();
      measured('proof of a caged deployment, under load', ms);

      expect(failed).toEqual([]);
      expect(answered).toBeGreaterThan(ms / 1000);
      expect(await live().callTool({ token: live().token() })).toBe(200);
      expect(await stateOf(live())).toEqual(before);
      const news = (await containerLogs(`${live().name}-gateway-1`)).slice(logged).split('\n');
      expect(news.filter((line) => NOTICED.test(line))).toEqual([]);
      expect(await proofTraces(pids)).toEqual([]);

      const report = readProof(evidence());
      const { probes, summary, rings } = report;
      for (const { ring, durationMs } of rings) measured(`ring ${ring}`, durationMs);
      expect(idsOf(probes, ({ state }) => state === 'fail' || state === 'error')).toEqual([]);
      expect(summary.verdict).toBe('holds');
      expect(rings.map(({ ring, state }) => `${ring} ${state}`)).toEqual([
        'container ran',
        'network ran',
        'gateway ran',
        'agent ran',
      ]);
      for (const { id, state, observed } of probes)
        if (state === 'skipped') expect(observed.length, id).toBeGreaterThan(10);
      expect(code).toBe(0);

      const isEvidence = ownValidator('evidence.schema.json');
      expect(isEvidence(report), JSON.stringify(isEvidence.errors)).toBe(true);
      expect(JSON.parse(stdout)).toEqual(report);
      const html = await writeProof('html', report, '/');
      for (const text of [stdout, stderr, html]) expect(text).not.toContain(live().token());
    },
    LONG,
  );

  // Those of the other two rings are seen where each variant is: prove-network.test.ts, gateway-variants.ts.
  test(
    'each attack on the container and of the agent succeeds where its protection is missing',
    async () => {
      const rings = ['--ring', 'container', '--ring', 'agent'];
      const { code, stdout, stderr } = await prove('--json', '--controls', ...rings).done;
      expect(code, stderr).toBe(0);
      const { probes, rings: done } = JSON.parse(stdout) as ProofReport;
      for (const { ring, controlsMs = 0 } of done) measured(`controls of the ring ${ring}`, controlsMs);
      const passed = probes.filter(({ state }) => state === 'pass');
      expect(
        passed.flatMap(({ id, control }) =>
          control.state === 'seen' ? [] : [`${id}: ${control.state}, ${control.observed ?? ''}`],
        ),
      ).toEqual([]);
      expect(passed.length).toBeGreaterThanOrEqual(55);
    },
    LONG,
  );

  test('its evidence is trusted from whom it is known to come, and not after a change', async () => {
    const signers = join(live().folder, '..', 'signers');
    const publicKey = readFileSync(join(live().folder, '..', 'key.pub'), 'utf8');
    writeFileSync(signers, `prover@example.org ${publicKey}`);
    const trusted = await runCli(['verify', evidence(), '--signers', signers, '--json']);
    expect(trusted.code, trusted.stderr).toBe(0);
    expect(JSON.parse(trusted.stdout)).toMatchObject({ ok: true, state: 'trusted' });
    const changed = join(live().folder, '..', 'changed.json');
    const text = readFileSync(evidence(), 'utf8');
    writeFileSync(changed, text.replace('"state": "skipped"', '"state": "pass"'));
    const signature = `${evidence()}.sig`;
    const broken = await runCli(['verify', changed, '--signature', signature, '--signers', signers]);
    expect(broken.code).toBe(1);
    expect(broken.stdout).toContain('Do not believe it');
  });

  // Rings by themselves, so that a moment in each is reached soon.
  const rings = [['container', 'network'], ['gateway'], ['agent']];

  /** Signals a proof of these rings at some moment of its attacks; one that was over by then is made again, with less time. */
  const interrupt = async (
    names: readonly string[],
    signal: NodeJS.Signals,
    mostMs: number,
  ): Promise<Interrupted> => {
    const running = prove(...names.flatMap((ring) => ['--ring', ring]));
    await running.said('...  Attack');
    const after = Math.random() * mostMs;
    const isOver = await Promise.race([running.done.then(() => true), pause(after).then(() => false)]);
    if (isOver) return interrupt(names, signal, mostMs / 2);
    process.kill(-running.pid, signal);
    const signalled = performance.now();
    const result = await running.done;
    // All attacks were done and the report was on its way; one that does not listen takes longer.
    const wasLate = result.stderr.includes('ok   Attack') && performance.now() - signalled < SOON_MS;
    return wasLate ? interrupt(names, signal, mostMs / 2) : { pid: running.pid, after, result };
  };

  test('killed in the middle of each ring, the next proof removes what it left', async () => {
    for (const names of rings)
      expect((await interrupt(names, 'SIGKILL', 12_000)).result.signal).toBe('SIGKILL');
    const { code, stderr } = await prove('--ring', 'container').done;
    expect(code, stderr).toBe(0);
    expect(await proofTraces(pids)).toEqual([]);
  });

  test('Ctrl-C in the middle of each ring ends with 130 and leaves nothing', async () => {
    for (const names of rings) {
      const { pid, after, result } = await interrupt(names, 'SIGINT', 8000);
      expect(result.code, `${names.join()} after ${after} ms: ${result.stderr}`).toBe(130);
      expect(result.stderr).toContain('Removed what the proof made');
      expect(await proofTraces([pid])).toEqual([]);
    }
    expect(await live().callTool({ token: live().token() })).toBe(200);
  });

  test('what there is not to prove, and where nothing can be proved', async () => {
    const missing = await runCli(['prove', 'live-prove-nothing']);
    expect(missing).toMatchObject({ code: 3 });
    expect(missing.stderr).toContain('[live-not-found]');
    const unknown = await runCli(['prove', live().name, '--ring', 'kitchen']);
    expect(unknown.code).toBe(2);
    const engineless = await runCli(['prove', live().name], {
      env: { DOCKER_HOST: 'unix:///nowhere/docker.sock' },
    });
    expect(engineless).toMatchObject({ code: 4 });
    expect(engineless.stderr).toContain('[engine-not-ready]');
  });
}
