import { fakePorts, type FakePorts } from '../../../ports/fake/fake-ports.ts';
import { defaultPolicy } from '../../../policy/defaults.ts';
import type { FirewallNames } from '../../../render/firewall/names.ts';
import type { UsableTool } from '../../../render/firewall/script.ts';
import { engineReport, fakeUpContext, type FakeUpContext } from '../../testing/fake-up-context.ts';
import type { ChangeContext } from '../../change/change.ts';
import { namesOf } from '../plan.ts';

export const FOLDER = '/srv/openclaw';
export const POLICY = '# mine\nversion: 1\n';

/** A host with nft and iptables-nft, whose kernel keeps what a script loads; and a deployment on it. */
export interface FakeFirewallHost {
  ports: FakePorts;
  names: FirewallNames;
  /** By back end: the text that was loaded. */
  kernel: Map<UsableTool['tool'], string>;
  /** What systemd has enabled. */
  units: Set<string>;
  context: ChangeContext;
  up: FakeUpContext;
}

const COMPOSE = `services:
  gateway: { networks: [front] }
networks:
  front: {}
`;

export function fakeFirewallHost({ systemd = true, nft = true } = {}): FakeFirewallHost {
  const ports = fakePorts();
  const names = namesOf('openclaw');
  const host: FakeFirewallHost = {
    ports,
    names,
    kernel: new Map(),
    units: new Set(),
    context: null as unknown as ChangeContext,
    up: fakeUpContext({ preset: 'baseline' }),
  };
  ports.files.put(`${FOLDER}/clawproof.yaml`, POLICY, { uid: 1000, gid: 1000 });
  ports.files.put(`${FOLDER}/compose.yaml`, COMPOSE);
  ports.files.put(`${FOLDER}/.clawproof/journal.jsonl`, '');
  ports.files.put('/etc/resolv.conf', 'nameserver 10.0.0.53\n');
  if (systemd) ports.files.put('/run/systemd/system/x', '');
  putPrograms(host, nft);
  const { docker } = host.up;
  putNetwork(host, 'a');
  host.up = { ...host.up, ports, folder: FOLDER };
  host.context = {
    path: FOLDER,
    policyText: POLICY,
    policy: defaultPolicy({ preset: 'baseline' }),
    engine: engineReport(),
    docker,
    ports,
    toolVersion: '0.0.0',
  } as unknown as ChangeContext;
  return host;
}

/** The network as the engine has it; another digit is another network of the same name. */
export function putNetwork({ up }: Pick<FakeFirewallHost, 'up'>, digit: string): void {
  up.docker.networks.set('openclaw_front', {
    Id: digit.repeat(64),
    Name: 'openclaw_front',
    Driver: 'bridge',
    Internal: false,
  });
}

function putPrograms(host: FakeFirewallHost, nft: boolean): void {
  const { exec, files } = host.ports;
  const missing = { killed: 'missing' } as const;
  const kernel = 'iptables v1.8.9 (nf_tables)\n';
  exec
    .on('nft', ['--version'], nft ? { stdout: 'nftables v1.0.6\n' } : missing)
    .on('iptables', ['--version'], { stdout: kernel })
    .on('iptables-nft', ['--version'], { stdout: kernel })
    .on('iptables-legacy', ['--version'], missing)
    .on('firewall-cmd', ['--state'], missing)
    .on(
      'systemctl',
      ([verb]) => verb === 'enable',
      ({ args }) => {
        host.units.add(args.at(-1) ?? '');
        return {};
      },
    )
    .on('systemctl', ([verb]) => verb === 'daemon-reload' || verb === 'restart')
    .on(
      'systemctl',
      ([verb]) => verb === 'is-enabled',
      ({ args: [, unit = ''] }) => {
        return host.units.has(unit) ? { stdout: 'enabled\n' } : { code: 1, stdout: 'disabled\n' };
      },
    )
    .on(
      'systemctl',
      ([verb]) => verb === 'disable',
      ({ args }) => {
        host.units.delete(args.at(-1) ?? '');
        return {};
      },
    )
    .on('sh', [/^\/etc/], async ({ args: [path = ''] }) => {
      const script = (await files.read(path)) ?? '';
      host.kernel.set(toolIn(script), script);
      return {};
    })
    .on('sh', ['-s'], ({ options }) => {
      host.kernel.delete(String(options.input).includes('nft delete') ? 'nft' : 'iptables-nft');
      return {};
    })
    .on('sh', ['-c', /.*/], ({ args: [, command = ''] }) => {
      const tool = command.includes('nft list') ? 'nft' : 'iptables-nft';
      return { stdout: listingOf(tool, host.kernel.get(tool), host.names) };
    })
    .on('unshare', ['--net', 'sh', '-c', /.*/], ({ options }) => {
      const script = String(options.input);
      return { stdout: listingOf(toolIn(script), script, host.names) };
    });
}

function toolIn(script: string): UsableTool['tool'] {
  return script.includes('back end: nft') ? 'nft' : 'iptables-nft';
}

function listingOf(tool: UsableTool['tool'], script: string | undefined, names: FirewallNames): string {
  if (script === undefined) return '';
  if (tool === 'nft') return script;
  const rules = script.split('\n').filter((line) => /^(:|-A )CLAWPROOF/.test(line));
  const half = [
    '*filter',
    ...rules,
    `-A INPUT -j ${names.input}`,
    `-A FORWARD -j ${names.forward}`,
    'COMMIT',
    '',
  ].join('\n');
  return `${half}== IPv6 ==\n${half}`;
}
