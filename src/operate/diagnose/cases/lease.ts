import type { Case, Evidence } from '../case.ts';
import { lineEvidence } from '../log-lines.ts';
import type { Observations } from '../observations.ts';
import { command, gatewayOf, mend, startLines } from './help.ts';

const HELD =
  /owner lease is still active|startup migrations are already running|gateway already running \(pid|another gateway instance is already listening|waiting for .*(?:lifecycle|ownership)/i;

/** Another gateway has the state, or had it when it was killed. */
export const ownerLease: Case = {
  id: 'owner-lease',
  title: 'The state still belongs to another gateway',
  symptom: 'The gateway starts again and again, or waits for minutes, after it was killed or made anew.',
  looksAt: ['gatewayLog', 'containers'],
  recognise(seen) {
    const evidence = lineEvidence(startLines(seen), HELD);
    if (evidence.length === 0) return [];
    const until = /after (\d{4}-\d\d-\d\dT[\d:.]+Z)/.exec(evidence.at(-1)?.text ?? '')?.[1];
    const wait = until === undefined ? 'three minutes' : `until ${until}`;
    const host = hostOf(seen);
    return [
      {
        cause:
          host?.isRandom === true
            ? 'A gateway on this state was killed and could not give it back. Its lease names a hostname that a new container does not have, so it runs out only after two to three minutes.'
            : 'A gateway on this state was killed and could not give it back, or a second one uses the same state now.',
        evidence: [...evidence, ...(host?.evidence ?? [])],
        fix: mend(
          seen,
          [`See that nothing else runs on this state, wait ${wait}, then:`, command(seen, 'up')],
          [
            'Make sure that no second container uses this volume:',
            ...volumesOf(seen).map((volume) => `  docker ps --filter volume=${volume}`),
            `Wait ${wait}. So that it does not happen again: a fixed hostname, init: true and stop_grace_period: 90s in the compose file.`,
          ],
        ),
      },
    ];
  },
};

/** A container that was made anew has another hostname, unless it was given one. */
function hostOf(seen: Observations): { isRandom: boolean; evidence: Evidence[] } | null {
  const gateway = gatewayOf(seen);
  const inspect = gateway?.inspect ?? null;
  if (gateway === undefined || inspect === null) return null;
  const { Hostname: name } = inspect.Config;
  const isRandom = inspect.Id.startsWith(name);
  const text = `hostname ${name}${isRandom ? ', the engine’s random one' : ''}`;
  return { isRandom, evidence: [{ from: `docker inspect ${gateway.name}`, text }] };
}

function volumesOf(seen: Observations): string[] {
  const mounts = gatewayOf(seen)?.inspect?.Mounts ?? [];
  return mounts
    .filter(({ RW, Destination }) => RW && /\.(?:openclaw|clawdbot|moltbot)$/.test(Destination))
    .map(({ Name, Source, Destination }) => Name ?? Source ?? Destination);
}
