import { measure as knownKeys } from '../../../measures/known-config-keys/measure.ts';
import { measure as retiredKeys } from '../../../measures/no-retired-keys/measure.ts';
import type { Case } from '../case.ts';
import { lineEvidence } from '../log-lines.ts';
import { type Observations, valueOf } from '../observations.ts';
import { command, failuresOf, gatewayLines, gatewayOf, mend, startLines, unseenBy } from './help.ts';

const INVALID =
  /[Ii]nvalid config|config is invalid|Unrecognized keys?:|Missing config\. Run|requires gateway\.controlUi\.allowedOrigins|^\S+ — \S+: /;

/** openclaw.json is refused: mostly keys that an update retired. */
export const configInvalid: Case = {
  id: 'config-invalid',
  title: 'OpenClaw does not accept its configuration',
  symptom:
    'After an update or an edit the gateway does not start, and `openclaw security audit` finds nothing.',
  looksAt: ['gatewayLog', 'deployment'],
  unseen: (seen) => unseenBy(seen, retiredKeys),
  recognise(seen) {
    const found = valueOf(seen.deployment);
    const keys = [...failuresOf(seen, retiredKeys), ...failuresOf(seen, knownKeys)]
      .filter(({ text }, index, all) => all.findIndex((other) => other.text === text) === index)
      .map(({ text }) => ({ from: found?.configPlace ?? 'openclaw.json', text }));
    const broken = found?.configProblem ?? null;
    if (broken !== null) keys.unshift({ from: found?.configPlace ?? 'openclaw.json', text: broken });
    // A gateway that runs goes on with the settings it had: its words count while the file is still as it was.
    const said = keys.length > 0 ? gatewayLines(seen) : startLines(seen);
    const lines = lineEvidence(said, INVALID, 'log of the gateway', 6);
    if (lines.length + keys.length === 0) return [];
    const isMissing = lines.some(({ text }) => text.includes('Missing config'));
    return [
      {
        cause: isMissing
          ? 'There is no openclaw.json where OpenClaw looks for it, or it does not say gateway.mode.'
          : broken !== null
            ? 'openclaw.json is no JSON5 any more.'
            : 'openclaw.json has keys that this version of OpenClaw does not know, or no longer: one of them makes it refuse the whole file.',
        evidence: [...keys, ...lines],
        fix: isMissing ? missing(seen) : unknown(seen),
      },
    ];
  },
};

function missing(seen: Observations): string[] {
  return mend(
    seen,
    ['Write it again:', command(seen, 'up')],
    ['Mount the folder that holds it, or make one:', `  docker exec -it ${nameOf(seen)} openclaw setup`],
  );
}

function unknown(seen: Observations): string[] {
  return mend(
    seen,
    [
      'Keys of your own are mended by OpenClaw, those that clawproof owns by up:',
      command(seen, 'fix --write'),
      command(seen, 'up'),
    ],
    [
      'In the folder of the compose file, see what would change, and change it:',
      '  clawproof fix',
      '  clawproof fix --write',
      'Or with OpenClaw’s own, on the same volumes, while the gateway is stopped:',
      `  docker run --rm -it --volumes-from ${nameOf(seen)} --entrypoint openclaw ${gatewayOf(seen)?.inspect?.Config.Image ?? 'IMAGE'} doctor --fix`,
    ],
  );
}

function nameOf(seen: Observations): string {
  return gatewayOf(seen)?.name ?? 'CONTAINER';
}
