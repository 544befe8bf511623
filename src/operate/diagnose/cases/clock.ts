import type { Case, Evidence } from '../case.ts';
import { lineEvidence } from '../log-lines.ts';
import { type Observations, valueOf } from '../observations.ts';
import { gatewayLines, timeOf } from './help.ts';

/** As much as OpenClaw itself takes between a device and the gateway is two minutes. */
const AHEAD_MS = 30_000;
const SAID =
  /device signature expired|device-signature-stale|CERT_NOT_YET_VALID|certificate is not yet valid|not yet valid/i;

/** Clocks that do not agree. */
export const clockSkew: Case = {
  id: 'clock-skew',
  title: 'Clocks do not agree',
  symptom: '"device signature expired", certificates that are "not yet valid", log lines from the future.',
  looksAt: ['clock', 'gatewayLog'],
  recognise(seen) {
    const evidence = clockEvidence(seen);
    const isHere = evidence.length > 0;
    const lines = lineEvidence(gatewayLines(seen), SAID);
    if (!isHere && lines.length === 0) return [];
    return [
      {
        cause: isHere
          ? "This host's clock, or that of the engine's machine, is wrong or was: tokens and certificates are then too old or too young."
          : 'The clock of a device that connects, or that of this host, is more than two minutes wrong.',
        evidence: [...evidence, ...lines],
        fix: [
          'See which clock is wrong, and let it be set from the network:',
          '  date -u',
          '  docker info --format "{{.SystemTime}}"',
          '  sudo timedatectl set-ntp true',
          ...(isHere ? [] : ['Then do the same on the device that was refused.']),
        ],
      },
    ];
  },
};

/** What the clocks that can be read here tell against each other. */
function clockEvidence({ clock: seen, now }: Observations): Evidence[] {
  const clock = valueOf(seen);
  if (clock === undefined) return [];
  const { engineAheadMs, future, publishedAt, version } = clock;
  const evidence: Evidence[] = [];
  const ahead = engineAheadMs ?? 0;
  if (Math.abs(ahead) > AHEAD_MS) {
    const by = `${Math.round(Math.abs(ahead) / 1000)} s ${ahead > 0 ? 'ahead of' : 'behind'}`;
    evidence.push({ from: 'docker info', text: `the engine's clock is ${by} this host's` });
  }
  for (const { what, at } of future)
    evidence.push({ from: what, text: `${timeOf(at)}, and this host says that it is ${timeOf(now)}` });
  if (publishedAt !== null && now < publishedAt)
    evidence.push({
      from: 'clock of this host',
      text: `${timeOf(now)} is before OpenClaw ${version} was published`,
    });
  return evidence;
}
