import type { OpenClawFinding } from './reports.ts';

/** Remarks that OpenClaw makes of every deployment of this shape, and why they are no finding here. */
const EXPECTED: readonly { matches: RegExp; why: string }[] = [
  {
    matches: /gateway bound to "lan"|bind_network_accessible/i,
    why: 'all interfaces of the container are meant; the host publishes it on 127.0.0.1 alone',
  },
  {
    matches: /gateway\.probe_failed.*missing scope: operator\.read/is,
    why: "OpenClaw's own command has no paired device yet, so it may connect but not read",
  },
  {
    matches: /skill-workshop-tool-policy|denies "skill_workshop"/i,
    why: 'the agent writes no skills: what an injected message taught it would stay',
  },
];

/** Why a remark is expected in clawproof's deployments; null when it is not and should be looked at. */
export function expectedBecause(finding: OpenClawFinding): string | null {
  const text = `${finding.checkId} ${finding.title} ${finding.detail}`;
  return EXPECTED.find(({ matches }) => matches.test(text))?.why ?? null;
}
