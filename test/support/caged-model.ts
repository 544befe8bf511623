import { writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultPolicy } from '../../src/policy/defaults.ts';
import { cageAddresses, cageBridge, frontNetwork } from '../../src/render/layout.ts';
import { renderCaddyfile } from '../../src/render/config/caddyfile.ts';
import { renderSquidConfig } from '../../src/render/config/squid.ts';
import { builtImage, docker, tryDocker } from './docker-cli.ts';

/** The networks and containers of preset caged around programs that only wait: up in seconds, without OpenClaw. */
export interface CagedModel {
  gateway: string;
  remove(): Promise<void>;
}

const WAIT = ['--eval', 'setInterval(() => undefined, 1e6)'];

/** @param subnet a free /28 for the cage; the one behind it is the front network's */
export async function createCagedModel(name: string, subnet: string, port: number): Promise<CagedModel> {
  const folder = mkdtempSync(join(tmpdir(), 'clawproof-live-cage-'));
  const networks = ['cage', 'front', 'outside'].map((each) => `${name}_${each}`);
  const containers = ['gateway', 'egress', 'ingress'].map((each) => `${name}-${each}-1`);
  const remove = async (): Promise<void> => {
    await tryDocker(['rm', '--force', '--volumes', ...containers]);
    await tryDocker(['network', 'rm', ...networks]);
    rmSync(folder, { recursive: true, force: true });
  };
  await tryDocker(['rm', '--force', '--volumes', ...containers]);
  await tryDocker(['network', 'rm', ...networks]);
  const config = join(folder, 'squid.conf');
  writeFileSync(config, renderSquidConfig(defaultPolicy()), { mode: 0o444 });
  const [cage = '', front = '', outside = ''] = networks;
  const bridge = cageBridge(subnet);
  const option = (key: string, value: string): string[] => [
    '--opt',
    `com.docker.network.bridge.${key}=${value}`,
  ];
  await docker(
    'network',
    'create',
    '--internal',
    '--subnet',
    subnet,
    option('inhibit_ipv4', 'true'),
    option('name', bridge),
    cage,
  );
  const behind = frontNetwork(subnet);
  await docker(
    'network',
    'create',
    '--subnet',
    behind.subnet,
    '--gateway',
    behind.host,
    option('host_binding_ipv4', '127.0.0.1'),
    front,
  );
  await docker('network', 'create', outside);
  // As `up` does it, when it is root.
  writeFileSync(`/proc/sys/net/ipv4/conf/${bridge}/rp_filter`, '1');

  const addresses = cageAddresses(subnet);
  const labels = (role: string): string[] =>
    [
      `com.docker.compose.project=${name}`,
      `com.docker.compose.service=${role}`,
      `dev.clawproof.role=${role}`,
    ].flatMap((label) => ['--label', label]);
  const hardened = [
    '--user',
    '1000:1000',
    '--read-only',
    '--cap-drop',
    'ALL',
    '--security-opt',
    'no-new-privileges',
    '--init',
  ];
  const start = async (
    role: 'gateway' | 'egress' | 'ingress',
    image: string,
    flags: string[],
    command: string[],
  ): Promise<void> => {
    const own = [
      '--detach',
      '--name',
      `${name}-${role}-1`,
      ...labels(role),
      ...hardened,
      '--network',
      cage,
      '--ip',
      addresses[role],
    ];
    await docker('run', own, flags, image, command);
  };
  const node = ['--entrypoint', 'node'];
  const gateway = await builtImage('gateway');
  const dns = ['--dns', addresses.egress, '--dns-opt', 'timeout:1', '--dns-opt', 'attempts:1'];
  await start(
    'gateway',
    gateway,
    [...node, ...dns, '--tmpfs', '/tmp', '--sysctl', 'net.ipv6.conf.all.disable_ipv6=1'],
    WAIT,
  );
  const writable = ['/tmp', '/run', '/var/spool/squid', '/var/log/squid'].flatMap((path) => [
    '--tmpfs',
    `${path}:uid=1000,gid=1000`,
  ]);
  const rules = ['--mount', `type=bind,source=${config},target=/etc/clawproof/squid.conf,readonly`];
  const squid = ['--entrypoint', '/usr/sbin/squid', '--sysctl', 'net.ipv4.ip_forward=0'];
  await start(
    'egress',
    await builtImage('egress'),
    [...squid, ...writable, ...rules],
    ['-N', '-f', '/etc/clawproof/squid.conf'],
  );
  const caddyfile = join(folder, 'Caddyfile');
  writeFileSync(caddyfile, renderCaddyfile(defaultPolicy(), subnet), { mode: 0o444 });
  const caddy = [
    '--entrypoint',
    '/usr/bin/caddy',
    '--tmpfs',
    '/tmp',
    '--env',
    'HOME=/tmp',
    '--env',
    'XDG_CONFIG_HOME=/tmp/c',
    '--env',
    'XDG_DATA_HOME=/tmp/d',
  ];
  const served = [
    '--mount',
    `type=bind,source=${caddyfile},target=/etc/clawproof/Caddyfile,readonly`,
    '--publish',
    `127.0.0.1:${port}:8080`,
  ];
  const run = ['run', '--config', '/etc/clawproof/Caddyfile', '--adapter', 'caddyfile'];
  await start('ingress', await builtImage('ingress'), [...caddy, ...served], run);
  await docker('network', 'connect', outside, `${name}-egress-1`);
  await docker('network', 'connect', front, `${name}-ingress-1`);
  return { gateway: `${name}-gateway-1`, remove };
}
