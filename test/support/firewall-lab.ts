import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { programPath } from './live-program.ts';
import { nftFolder } from './nft-program.ts';
import { type Running, type RunResult, runProgram, startProgram } from './run-program.ts';

/** Interfaces of a deployment's networks on the host. */
export interface LabBridges {
  outside: string;
  front: string;
}

/** One attempt to send something, and from where. */
export interface Attempt {
  from: 'egress' | 'ingress' | 'neighbour' | 'stranger' | 'host';
  to: string;
  port: number;
  protocol: 'tcp' | 'udp';
}

/** Addresses of the lab, from blocks that are for documentation and for private use. */
export const LAB = {
  v4: {
    outsideHost: '10.91.1.1',
    egress: '10.91.1.2',
    frontHost: '10.91.2.1',
    ingress: '10.91.2.2',
    host: '198.51.100.1',
    neighbour: '198.51.100.2',
    strangerHost: '10.91.3.1',
    stranger: '10.91.3.2',
  },
  v6: {
    outsideHost: 'fd91:1::1',
    egress: 'fd91:1::2',
    frontHost: 'fd91:2::1',
    ingress: 'fd91:2::2',
    host: 'fd91:9::1',
    neighbour: 'fd91:9::2',
    strangerHost: 'fd91:3::1',
    stranger: 'fd91:3::2',
  },
} as const;

/** Ports of the lab: services of the host, and what the containers answer on. */
export const PORTS = {
  ssh: 22,
  names: 53,
  service: 8000,
  model: 11_434,
  far: 9000,
  closed: 28_912,
  exposed: 443,
  /** Of a container of another deployment, published on all addresses. */
  others: 28_913,
};

/**
 * A host with a firewall of its own, in network namespaces: two containers on the deployment's networks, one on another
 * network of the same host, and a neighbour outside. No rule of this machine is touched.
 */
export interface FirewallLab {
  /** Runs a shell script as root of the lab's host; what it writes to /etc is the lab's own. */
  onHost(script: string): Promise<RunResult>;
  /** Runs the built program there. */
  cli(...args: string[]): Promise<RunResult>;
  startCli(...args: string[]): Running;
  /** For each attempt, whether it arrived. */
  tryAll(attempts: readonly Attempt[]): Promise<boolean[]>;
  /** Folder in which the program nft is; null = there is none. */
  nft: string | null;
  remove(): Promise<void>;
}

export async function createFirewallLab(id: string, bridges: LabBridges): Promise<FirewallLab> {
  const folder = mkdtempSync(join(tmpdir(), 'clawproof-firewall-'));
  for (const name of ['upper', 'work']) mkdirSync(join(folder, name));
  const nft = await nftFolder();
  const space = (name: string): string => `cpfw-${id}-${name}`;
  const names = ['host', 'egress', 'ingress', 'stranger', 'neighbour'].map(space);
  const running: Running[] = [];
  // What a killed run left.
  for (const name of names) await runProgram('ip', ['netns', 'del', name]);
  await sh(networkScript(space, bridges));
  writeFileSync(join(folder, 'serve.cjs'), SERVE);
  writeFileSync(join(folder, 'attempt.cjs'), ATTEMPT);
  const { ssh, names: dns, service, model, far } = PORTS;
  for (const [name, ports] of [
    ['host', [ssh, dns, service, model]],
    ['egress', [8080]],
    ['ingress', [8080, 8443]],
    ['stranger', [8080]],
    ['neighbour', [far]],
  ] as const) {
    const server = startProgram(
      'ip',
      ['netns', 'exec', space(name), process.execPath, join(folder, 'serve.cjs'), ports.join(',')],
      { timeoutMs: 600_000 },
    );
    running.push(server);
    await server.said('ready');
  }
  const etc = `mount -t overlay overlay -o lowerdir=/etc,upperdir=${folder}/upper,workdir=${folder}/work /etc
if [ -d /run/systemd ]; then mount -t tmpfs tmpfs /run/systemd; fi
PATH="${nft === null || nft === '' ? '' : `${nft}:`}$PATH"\n`;
  const inHost = (script: string, args: readonly string[] = []): string[] => {
    return ['netns', 'exec', space('host'), 'sh', '-euc', etc + script, 'lab', ...args];
  };
  const program = (args: readonly string[]): string[] =>
    inHost('exec "$@"', [process.execPath, programPath(), ...args]);
  return {
    nft,
    onHost: (script) => runProgram('ip', inHost(script)),
    cli: (...args) => runProgram('ip', program(args)),
    startCli: (...args) => startProgram('ip', program(args)),
    tryAll: (attempts) => tryAll(attempts, (name) => space(name), join(folder, 'attempt.cjs')),
    async remove() {
      for (const { pid } of running) process.kill(-pid, 'SIGKILL');
      for (const name of names) await runProgram('ip', ['netns', 'del', name]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function tryAll(
  attempts: readonly Attempt[],
  space: (name: string) => string,
  program: string,
): Promise<boolean[]> {
  const results = attempts.map(() => false);
  const places = [...new Set(attempts.map(({ from }) => from))];
  const run = async (place: Attempt['from']): Promise<void> => {
    const own = attempts.flatMap((attempt, index) => (attempt.from === place ? [{ ...attempt, index }] : []));
    const args = ['netns', 'exec', space(place), process.execPath, program];
    const { code, stdout, stderr } = await runProgram('ip', args, { input: JSON.stringify(own) });
    if (code !== 0) throw new Error(`attempts from ${place}: ${stderr}`);
    for (const { index, arrived } of JSON.parse(stdout) as { index: number; arrived: boolean }[])
      results[index] = arrived;
  };
  await Promise.all(places.map(run));
  return results;
}

async function sh(script: string): Promise<void> {
  const { code, stderr } = await runProgram('sh', ['-euxc', script]);
  if (code !== 0) throw new Error(`the lab could not be made:\n${stderr}`);
}

/** Links and addresses, and what Docker would have set up: forwarding, DOCKER-USER, redirections and their permissions. */
function networkScript(space: (name: string) => string, { outside, front }: LabBridges): string {
  const link = (host: string, name: string, bridge: string): string => `
ip -n ${space('host')} link add ${host} type veth peer name eth0 netns ${space(name)}
ip -n ${space('host')} link set ${host} up
${bridge === '' ? '' : `ip -n ${space('host')} link set ${host} master ${bridge}`}
ip -n ${space(name)} link set eth0 up
ip -n ${space(name)} link set lo up`;
  const address = (name: string, device: string, v4: string, v6: string): string => `
ip -n ${space(name)} address add ${v4}/24 dev ${device}
ip -n ${space(name)} address add ${v6}/64 dev ${device} nodad`;
  const route = (name: string, v4: string, v6: string): string => `
ip -n ${space(name)} route add default via ${v4}
ip -n ${space(name)} -6 route add default via ${v6}`;
  const bridge = (name: string): string => `
ip -n ${space('host')} link add ${name} type bridge
ip -n ${space('host')} link set ${name} up`;
  const { v4, v6 } = LAB;
  return `
for name in host egress ingress stranger neighbour; do ip netns add ${space('$name')}; done
ip -n ${space('host')} link set lo up
${bridge(outside)}${bridge(front)}${bridge('br-stranger')}
${link('to-egress', 'egress', outside)}${link('to-ingress', 'ingress', front)}
${link('to-stranger', 'stranger', 'br-stranger')}${link('eth0', 'neighbour', '')}
${address('host', outside, v4.outsideHost, v6.outsideHost)}${address('host', front, v4.frontHost, v6.frontHost)}
${address('host', 'br-stranger', v4.strangerHost, v6.strangerHost)}${address('host', 'eth0', v4.host, v6.host)}
${address('egress', 'eth0', v4.egress, v6.egress)}${address('ingress', 'eth0', v4.ingress, v6.ingress)}
${address('stranger', 'eth0', v4.stranger, v6.stranger)}${address('neighbour', 'eth0', v4.neighbour, v6.neighbour)}
${route('egress', v4.outsideHost, v6.outsideHost)}${route('ingress', v4.frontHost, v6.frontHost)}
${route('stranger', v4.strangerHost, v6.strangerHost)}${route('neighbour', v4.host, v6.host)}
ip netns exec ${space('host')} sh -c 'echo 1 > /proc/sys/net/ipv4/ip_forward; echo 1 > /proc/sys/net/ipv6/conf/all/forwarding'`;
}

/** Rules as the engine and an owner of the host would have them, in the iptables of this name. */
export function foreignRules(iptables: string, bridges: LabBridges): string {
  const rules = (address: string, stranger: string): string => `
*nat
-A PREROUTING -p tcp --dport ${PORTS.closed} -m addrtype --dst-type LOCAL -j DNAT --to-destination ${address}:8080
-A PREROUTING -p tcp --dport ${PORTS.exposed} -m addrtype --dst-type LOCAL -j DNAT --to-destination ${address}:8443
-A PREROUTING -p tcp --dport ${PORTS.others} -m addrtype --dst-type LOCAL -j DNAT --to-destination ${stranger}:8080
COMMIT
*filter
:DOCKER-USER - [0:0]
:OWNER - [0:0]
-A INPUT -p tcp --dport 22 -m comment --comment "of the owner" -j ACCEPT
-A INPUT -j OWNER
-A OWNER -p tcp --dport 6000 -j REJECT
-A FORWARD -j DOCKER-USER
-A FORWARD -o ${bridges.front} -p tcp --dport 8080 -j ACCEPT
-A FORWARD -o ${bridges.front} -p tcp --dport 8443 -j ACCEPT
-A DOCKER-USER -j RETURN
COMMIT
`;
  const load = (program: string, text: string): string => `${program}-restore <<'RULES'${text}RULES\n`;
  return (
    load(iptables, rules(LAB.v4.ingress, LAB.v4.stranger)) +
    load(iptables.replace('iptables', 'ip6tables'), rules(`[${LAB.v6.ingress}]`, `[${LAB.v6.stranger}]`))
  );
}

const SERVE = `
const net = require('node:net'), dgram = require('node:dgram');
const open = [];
for (const port of process.argv[2].split(',').map(Number)) {
  open.push(new Promise((done) => net.createServer((socket) => { socket.on('error', () => {}); socket.end('here'); }).listen(port, '::', done)));
  const udp = dgram.createSocket('udp6');
  udp.on('message', (_, { address, port: from }) => udp.send('here', from, address));
  open.push(new Promise((done) => udp.bind(port, '::', done)));
}
Promise.all(open).then(() => process.stderr.write('ready'));
`;

const ATTEMPT = `
const net = require('node:net'), dgram = require('node:dgram');
const MS = 1200;
let text = '';
process.stdin.on('data', (data) => { text += data; }).on('end', async () => {
  const results = await Promise.all(JSON.parse(text).map(async ({ index, to, port, protocol }) => ({
    index, arrived: await (protocol === 'tcp' ? tcp : udp)(to, port),
  })));
  process.stdout.write(JSON.stringify(results), () => process.exit(0));
});
function tcp(host, port) {
  return new Promise((resolve) => {
    const socket = net.connect({ host, port });
    socket.on('data', () => end(true)).on('error', () => end(false));
    setTimeout(() => end(false), MS);
    function end(value) { socket.destroy(); resolve(value); }
  });
}
function udp(host, port) {
  return new Promise((resolve) => {
    const socket = dgram.createSocket(host.includes(':') ? 'udp6' : 'udp4');
    socket.on('message', () => resolve(true)).on('error', () => resolve(false));
    socket.send('?', port, host);
    setTimeout(() => resolve(false), MS);
  });
}
`;
