import type { TargetReport } from '../audit/audit-report.ts';
import { hashOf } from '../audit/hash-of.ts';
import type { Measure } from '../measures/measure.ts';
import { type ControlRun, controlResult } from './control-result.ts';

import type { JudgedProbe } from './judge-probe.ts';
import { matchingFinding } from './matching-finding.ts';
import { measureEvidence } from './measure-evidence.ts';
import type { ProbeResult, ProofReport, ProvedHost, ProvedTarget, RingResult } from './proof-report.ts';
import { summarizeProof } from './proof-summary.ts';
import type { TwinSpec, Variant } from './proof-target.ts';
import { residualRisks } from './residual-risks.ts';
import type { ProbeListing } from './rings/ring-group.ts';

/** What one ring, or several together, gave. */
export interface RingFindings {
  judged: readonly JudgedProbe[];
  /** By id of the probe; undefined = controls were not asked for. */
  controls?: ReadonlyMap<string, ControlRun>;
}

export interface Catalogue {
  probes: readonly ProbeListing[];
  variants: readonly Variant[];
}

/**
 * Probes with what is known of their control, and with what the audit says of the same.
 * @param service the gateway's, in the files: a weakness that a neighbour has as well is shown at the gateway
 */
export function probeResults(
  { judged, controls }: RingFindings,
  { probes, variants }: Catalogue,
  audited: readonly Pick<TargetReport, 'findings'>[],
  service?: string,
): ProbeResult[] {
  return judged.map((probe) => {
    const listed = probes.find((listing) => listing.id === probe.id);
    const id = listed?.weakenedBy[0] ?? '';
    const variant = variants.find((candidate) => candidate.id === id) ?? { id, title: id };
    const run = controls === undefined ? undefined : (controls.get(probe.id) ?? missing(probe));
    const finding = matchingFinding(probe, audited, {
      ...(service === undefined ? {} : { service }),
      ...(listed?.findingKeys === undefined ? {} : { keys: listed.findingKeys }),
    });
    return { ...probe, control: controlResult(probe, variant, run), ...(finding && { finding }) };
  });
}

/** Of a probe that was skipped nothing is controlled. */
function missing({ state, observed }: JudgedProbe): ControlRun {
  return state === 'skipped'
    ? { state: 'skipped', unable: observed }
    : { state: 'error', unable: 'its control gave no answer' };
}

export interface ReportParts {
  version: string;
  id: string;
  startedAt: Date;
  durationMs: number;
  spec: TwinSpec;
  rings: RingResult[];
  probes: ProbeResult[];
  measures: readonly Measure[];
}

/** The evidence of one proof. */
export function assembleReport(parts: ReportParts): ProofReport {
  const { spec, rings, probes } = parts;
  return {
    schemaVersion: 1,
    tool: { name: 'clawproof', version: parts.version },
    id: parts.id,
    startedAt: parts.startedAt.toISOString(),
    durationMs: Math.round(parts.durationMs),
    target: provedTarget(spec),
    host: provedHost(spec),
    rings,
    probes,
    measures: measureEvidence(parts.measures, spec.target.deployment, probes),
    summary: summarizeProof(probes, rings),
    residual: residualRisks(spec.target, probes),
  };
}

function provedTarget({ target, gateway }: TwinSpec): ProvedTarget {
  const { deployment, image, config } = target;
  const { openclawVersion, preset, execMode } = deployment;
  const { networks, ...settings } = gateway;
  return {
    name: target.name,
    container: target.container.name,
    containerId: target.container.id,
    image: {
      reference: image.reference,
      id: image.id,
      ...(image.digest === undefined ? {} : { digest: image.digest }),
    },
    ...(openclawVersion === undefined ? {} : { openclawVersion }),
    ...(preset === undefined ? {} : { preset }),
    ...(execMode === undefined ? {} : { execMode }),
    ...(config === undefined ? {} : { configHash: hashOf(config) }),
    settingsHash: hashOf([
      settings.HostConfig,
      settings.User,
      settings.Entrypoint,
      settings.Cmd,
      Object.keys(networks),
    ]),
  };
}

function provedHost({ target: { engine }, gateway }: TwinSpec): ProvedHost {
  return {
    engine: engine.version,
    kernel: engine.kernel,
    os: engine.os,
    arch: engine.arch,
    cgroup: engine.cgroup,
    rootless: engine.isRootless,
    securityOptions: engine.securityOptions,
    runtime: gateway.HostConfig.Runtime ?? 'runc',
  };
}
