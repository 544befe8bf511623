import { shellQuote } from '../../../errors/quote.ts';
import { PATHS } from '../../../render/layout.ts';
import { measure as loopbackPublish } from '../../../measures/loopback-publish/measure.ts';
import { measure as engineSocket } from '../../../measures/no-engine-socket/measure.ts';
import { measure as configSecrets } from '../../../measures/no-config-secrets/measure.ts';
import { measure as environmentSecrets } from '../../../measures/no-secrets-in-environment/measure.ts';
import { measure as fileModes } from '../../../measures/secret-file-modes/measure.ts';
import { measure as untracked } from '../../../measures/untracked-secrets/measure.ts';
import { measure as gatewayToken } from '../../../measures/gateway-token/measure.ts';
import type { Measure } from '../../../measures/measure.ts';
import type { Case, Evidence } from '../case.ts';
import { type Observations, valueOf } from '../observations.ts';
import { command, failuresOf, mend, setting, unseenBy } from './help.ts';

const ANEW = 'Then make the containers anew: docker compose up --detach --force-recreate';

function fixWith(seen: Observations, measures: readonly Measure[], unsafe = false): string[] {
  const only = measures.map(({ id }) => ` --only ${id}`).join('');
  return mend(
    seen,
    ['Write the files of this deployment anew, and what runs from them:', command(seen, 'up')],
    [
      'In the folder of the compose file, see what would change, and change it:',
      `  clawproof fix${only}${unsafe ? ' --unsafe' : ''}`,
      `  clawproof fix --write${only}${unsafe ? ' --unsafe' : ''}`,
      ANEW,
    ],
  );
}

/** Other machines reach the gateway. */
export const reachable: Case = {
  id: 'reachable-from-outside',
  title: 'The gateway can be reached from other machines',
  symptom:
    'The dashboard opens under an address of this host that is not 127.0.0.1, or strangers stand in the log.',
  looksAt: ['deployment', 'firewall'],
  unseen: (seen) => unseenBy(seen, loopbackPublish),
  recognise(seen) {
    const published = failuresOf(seen, loopbackPublish);
    const config = valueOf(seen.deployment)?.config;
    const funnel = setting(config, 'gateway.tailscale.mode') === 'funnel';
    if (published.length === 0 && !funnel) return [];
    return [
      {
        cause: [
          ...(funnel ? ['Tailscale Funnel publishes the gateway to the whole internet.'] : []),
          ...(published.length > 0
            ? [
                'A port is published on an address that other machines reach; only the token stands between them and an agent that runs commands.',
              ]
            : []),
        ].join(' '),
        evidence: [
          ...published,
          ...listening(seen),
          ...(funnel ? [{ from: 'openclaw.json', text: 'gateway.tailscale.mode: "funnel"' }] : []),
        ],
        fix: [
          ...(published.length > 0 ? fixWith(seen, [loopbackPublish]) : []),
          ...(funnel
            ? ['Set gateway.tailscale.mode to "serve" or "off" in openclaw.json, and restart the gateway.']
            : []),
          'For other machines: an SSH tunnel, a VPN, Tailscale serve, or a proxy with TLS and a login.',
        ],
      },
    ];
  },
};

/** Docker's rules come before those of ufw and firewalld. */
export const pastFirewall: Case = {
  id: 'past-firewall',
  title: 'A published port passes by the firewall of this host',
  symptom: 'The firewall is on and denies the port, and other machines reach it all the same.',
  looksAt: ['deployment', 'firewall'],
  recognise(seen) {
    const firewall = valueOf(seen.firewall);
    const published = failuresOf(seen, loopbackPublish).filter(({ text }) =>
      text.includes('is published on'),
    );
    if (firewall === undefined || firewall.active.length === 0 || published.length === 0) return [];
    if (firewall.dockerUser.length > 0) return [];
    return [
      {
        cause:
          'The engine forwards published ports before the rules of this firewall are asked. Only rules in the chain DOCKER-USER count for them, and there are none.',
        evidence: [
          ...firewall.active.map((text) => ({ from: 'firewall of this host', text })),
          ...published,
          { from: 'iptables, chain DOCKER-USER', text: 'no rule that drops or rejects' },
        ],
        fix: fixWith(seen, [loopbackPublish]),
      },
    ];
  },
};

export const engineSocketMounted: Case = {
  id: 'docker-socket',
  title: 'A container can control Docker, and so this host',
  symptom: 'The agent, or a skill, can start containers on this host.',
  looksAt: ['deployment'],
  unseen: (seen) => unseenBy(seen, engineSocket),
  recognise(seen) {
    const evidence = failuresOf(seen, engineSocket);
    if (evidence.length === 0) return [];
    return [
      {
        cause:
          'The socket of a container engine is mounted, or its address is handed in. Whoever may use it is root on this host.',
        evidence,
        fix: fixWith(seen, [engineSocket], true),
      },
    ];
  },
};

const SECRETS = [environmentSecrets, configSecrets, gatewayToken] as const;
/** These are about files beside the compose file, which only its folder tells. */
const SECRETS_IN_FOLDER = [fileModes, untracked] as const;

/** A token that is too short is trouble of another kind. */
function secretsBy(seen: Observations, measure: Measure): Evidence[] {
  const found = failuresOf(seen, measure);
  return measure === gatewayToken ? found.filter(({ text }) => text.includes('plain text')) : found;
}

export const secretsInFiles: Case = {
  id: 'secrets-in-files',
  title: 'Secrets stand where others can read them',
  symptom:
    'Keys in compose files, in .env, in `docker inspect`, in openclaw.json, or in files that everybody may read.',
  looksAt: ['deployment'],
  unseen: (seen) => [environmentSecrets, configSecrets].flatMap((measure) => unseenBy(seen, measure)),
  recognise(seen) {
    const all: Measure[] = [...SECRETS, ...SECRETS_IN_FOLDER];
    const failing = all
      .map((measure) => ({ measure, evidence: secretsBy(seen, measure) }))
      .filter(({ evidence }) => evidence.length > 0);
    if (failing.length === 0) return [];
    return [
      {
        cause: failing
          .map(({ measure }) => `Not so: ${measure.title.charAt(0).toLowerCase()}${measure.title.slice(1)}.`)
          .join(' '),
        evidence: failing.flatMap(({ evidence }) => evidence),
        fix: mend(
          seen,
          [
            ...(failing.every(({ measure }) => measure === fileModes)
              ? [
                  'Shut everybody else out:',
                  ...(seen.target.kind === 'deployment'
                    ? [`  sudo chmod 400 ${shellQuote(`${seen.target.folder}/${PATHS.gatewayToken}`)}`]
                    : []),
                ]
              : [
                  'Move plain values into files of their own, then write everything anew:',
                  command(seen, 'secrets import'),
                ]),
            command(seen, 'up'),
          ],
          [
            'See how each is mended:',
            ...failing.map(({ measure }) => `  clawproof explain ${measure.id}`),
            'What a file can be mended by itself, in the folder of the compose file:',
            '  clawproof fix --write',
            'A key that others could read is to be replaced where it comes from.',
          ],
        ),
      },
    ];
  },
};

function listening(seen: Observations): Evidence[] {
  return (valueOf(seen.firewall)?.listening ?? []).map((text) => ({ from: 'listeners of this host', text }));
}
