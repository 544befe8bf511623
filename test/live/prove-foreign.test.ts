import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Ring } from '../../src/prove/probe.ts';
import type { ProofReport } from '../../src/prove/proof-report.ts';
import { writeProof } from '../../src/report/proof/proof-formats.ts';
import { startForeign } from '../support/foreign-deployment.ts';
import type { ForeignDeployment } from '../support/foreign-deployment.ts';
import { measured, runCli } from '../support/live-program.ts';
import { waitFor } from '../support/wait-for.ts';

/** A bridge network with a way out stops nothing of what leaves, and hides nothing of the host. */
const OPEN_NETWORK = [
  'net-tcp',
  'net-http',
  'net-tls',
  'net-udp',
  'net-dns-tunnel',
  'net-dns-foreign',
  'net-dns-encrypted',
  'net-metadata',
  'net-private',
  'net-icmp',
  'net-host',
  'net-host-ports',
  'net-host-udp',
  'net-host-packets',
];

const SURFACE: readonly Ring[] = ['container', 'network'];

interface Proved {
  report: ProofReport;
  stdout: string;
  code: number;
}

/** Proves it in its own folder, as its owner does; its token must be nowhere. */
async function prove({ folder, name, token }: ForeignDeployment): Promise<Proved> {
  const path = join(folder, 'evidence.json');
  const { code, stdout, stderr, ms } = await runCli(['-C', folder, 'prove', '--evidence', path]);
  measured(`proof of ${name}`, ms);
  const text = readFileSync(path, 'utf8');
  const report = JSON.parse(text) as ProofReport;
  for (const shown of [text, stdout, stderr, await writeProof('html', report, '/')])
    expect(shown).not.toContain(token);
  return { report, stdout, code };
}

function failed({ probes }: ProofReport, ring: Ring): string[] {
  return probes.filter((probe) => probe.ring === ring && probe.state === 'fail').map(({ id }) => id);
}

function errors({ probes }: ProofReport): string[] {
  return probes.filter(({ state }) => state === 'error').map(({ id, observed }) => `${id}: ${observed}`);
}

describe('the setup of upstream, as it is', () => {
  let upstream: ForeignDeployment;

  beforeAll(async () => {
    const ports = { OPENCLAW_GATEWAY_PORT: '28811', OPENCLAW_BRIDGE_PORT: '28812' };
    upstream = await startForeign('upstream', 'live-foreign-upstream', ports);
    await waitFor(
      'the gateway answers',
      180,
      // A connection from before it listens may never be answered.
      async () =>
        (await fetch('http://127.0.0.1:28811/healthz', { signal: AbortSignal.timeout(5000) })).status === 200,
    );
  });

  afterAll(() => upstream.remove());

  test('falls to the attacks on its host and its network', async () => {
    const { report, stdout, code } = await prove(upstream);
    expect(errors(report)).toEqual([]);
    expect(report.summary.verdict).toBe('broken');
    expect(code).toBe(1);
    expect(stdout).toContain('It does not hold.');
    expect(failed(report, 'container')).toEqual([
      'writable-paths',
      'mounted-settings',
      'process-limit',
      'memory-limit',
      'swap-limit',
      'processor-limit',
      'core-dumps',
      'bounding-capabilities',
      'chroot',
    ]);
    expect(failed(report, 'network')).toEqual([...OPEN_NETWORK, 'net-published', 'net-published-routed']);
    expect(failed(report, 'gateway')).toEqual(['secrets-in-inspect', 'secrets-in-processes']);
    // With OpenClaw's own defaults a hostile model gets whatever it asks the agent for.
    expect(failed(report, 'agent')).toEqual([
      'agent-runs-commands',
      'agent-bends-allowed-commands',
      'agent-reads-outside-workspace',
      'agent-writes-outside-workspace',
      'agent-changes-its-limits',
      'agent-installs-plugins',
      'agent-rewrites-its-instructions',
      'agent-reads-sessions-of-others',
      'agent-writes-into-sessions-of-others',
      'agent-starts-agents',
      'agent-plants-tasks',
      'agent-controls-gateway',
      'agent-opens-portals',
      'agent-sends-secrets-out',
    ]);
    expect(report.rings.map(({ state }) => state)).toEqual(['ran', 'ran', 'ran', 'ran']);
  }, 600_000);
});

describe("the guide's hardened snippet, as it is", () => {
  let guide: ForeignDeployment;

  beforeAll(async () => {
    const variables = { GUIDE_CONTAINER: 'clawproof-live-guide', GUIDE_PORT: '28813' };
    guide = await startForeign('guide', 'live-foreign-guide', variables);
  });

  afterAll(() => guide.remove());

  test('has a gateway that does not start, and the other rings are proved all the same', async () => {
    const { report, stdout, code } = await prove(guide);
    expect(errors({ ...report, probes: report.probes.filter(({ ring }) => SURFACE.includes(ring)) })).toEqual(
      [],
    );
    expect(failed(report, 'container')).toEqual([
      'writable-paths',
      'process-limit',
      'swap-limit',
      'core-dumps',
      'bounding-capabilities',
      'no-new-privileges-bit',
      'setuid-file',
      'chroot',
    ]);
    expect(failed(report, 'network')).toEqual([...OPEN_NETWORK, 'net-published-routed']);
    // It ends for want of settings, or, where it gets further, for want of memory: then the agent's attacks are errors.
    const last = report.rings.find(({ ring }) => ring === 'agent');
    const open = report.probes.filter(({ ring, state }) => ring === 'agent' && state === 'error');
    expect(last?.state === 'error' || open.length > 0, stdout).toBe(true);
    // What could not be tried comes before what succeeded.
    expect(code).toBe(4);
  }, 600_000);
});
