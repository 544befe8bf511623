import type { Case, Evidence } from '../case.ts';
import { type ContainerSeen, type Observations, valueOf } from '../observations.ts';
import { command, gatewayOf, mend, setting } from './help.ts';

/** What the engine keeps of a start that failed for it. */
export const PORT_IN_USE = /port is already allocated|address already in use|ports are not available/i;

/** Somebody else has the port. */
export const portTaken: Case = {
  id: 'port-taken',
  title: 'The port is taken by somebody else',
  symptom: '"address already in use", "port is already allocated"; or a stranger answers on the port.',
  looksAt: ['containers', 'port'],
  recognise(seen) {
    const said = (valueOf(seen.containers) ?? []).flatMap(refusedStart);
    const port = valueOf(seen.port);
    const taken = port === undefined ? null : port.takenBy;
    if (said.length === 0 && taken === null) return [];
    const number = port?.port ?? /:(\d+)[: ]/.exec(said[0]?.text ?? '')?.[1] ?? 'PORT';
    const stranger = taken === null ? [] : [{ from: `127.0.0.1:${number}`, text: taken }];
    return [
      {
        cause: `Port ${number} of this host is used by another program or container, so nothing can be published on it.`,
        evidence: [...said, ...stranger],
        fix: [
          'See who it is:',
          `  ss -ltnp 'sport = :${number}'`,
          `  docker ps --filter publish=${number}`,
          ...mend(
            seen,
            ['Stop that, or set another access.port in clawproof.yaml; then:', command(seen, 'up')],
            ['Stop that, or publish another port in the compose file; then: docker compose up --detach'],
          ),
        ],
      },
    ];
  },
};

function refusedStart({ name, inspect }: ContainerSeen): Evidence[] {
  if (inspect === null || inspect.State.Running || !PORT_IN_USE.test(inspect.State.Error)) return [];
  return [{ from: `docker inspect ${name}`, text: inspect.State.Error }];
}

/** In a container, loopback is the container's own. */
export const boundToLoopback: Case = {
  id: 'loopback-bind',
  title: 'The gateway listens where its published port does not lead',
  symptom:
    'The container is healthy, and the published port answers nothing ("empty reply", "connection reset").',
  looksAt: ['deployment', 'containers'],
  recognise(seen) {
    const gateway = gatewayOf(seen);
    if (gateway === undefined || !publishesByBridge(gateway)) return [];
    const evidence = bindEvidence(seen, gateway);
    if (evidence === null) return [];
    const { name } = gateway;
    return [
      {
        cause:
          "The gateway listens on the container's own loopback address; what Docker publishes arrives at another one.",
        evidence: [evidence],
        fix: mend(
          seen,
          [command(seen, 'up')],
          [
            'Bind to the container’s network, and publish on 127.0.0.1 of the host only:',
            `  docker exec ${name} openclaw config set gateway.bind lan`,
            `  docker restart --time 90 ${name}`,
          ],
        ),
      },
    ];
  },
};

function publishesByBridge({ inspect }: ContainerSeen): boolean {
  if (inspect === null || inspect.HostConfig.NetworkMode === 'host') return false;
  return Object.values(inspect.HostConfig.PortBindings ?? {}).flat().length > 0;
}

/** Where it is told to bind to loopback; its command line counts more than openclaw.json. */
function bindEvidence(seen: Observations, { name, inspect }: ContainerSeen): Evidence | null {
  const words = [...(inspect?.Config.Entrypoint ?? []), ...(inspect?.Config.Cmd ?? [])];
  const flag = words.indexOf('--bind');
  if (flag >= 0)
    return words[flag + 1] === 'loopback' ? { from: `docker inspect ${name}`, text: words.join(' ') } : null;
  const found = valueOf(seen.deployment);
  if (setting(found?.config, 'gateway.bind') !== 'loopback') return null;
  return { from: found?.configPlace ?? 'openclaw.json', text: 'gateway.bind: "loopback"' };
}
