import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CANARY_TCP, makeNetwork, startCanary } from '../support/canary.ts';
import type { Canary } from '../support/canary.ts';
import { watchCommands } from '../support/command-watch.ts';
import { closingCases, commonCases } from '../support/common-cases.ts';
import type { CommonSubject } from '../support/common-cases.ts';
import { builtImage, docker, tryDocker } from '../support/docker-cli.ts';
import { listenEverywhere } from '../support/host-listener.ts';
import { createLiveDeployment } from '../support/live-deployment.ts';
import type { LiveDeployment } from '../support/live-deployment.ts';
import { measured } from '../support/live-program.ts';
import { proxyRequest, proxyScript } from '../support/proxy-requests.ts';
import type { ProxyAnswer } from '../support/proxy-requests.ts';

const METADATA = '169.254.169.254';
/** Names of the canary on the outside network. */
const CANARY = 'canary.example.net';
const UNTRUSTED = 'untrusted.example.net';

describe('preset caged', () => {
  let subject: CommonSubject;
  let live: LiveDeployment;
  let canary: Canary;

  beforeAll(async () => {
    live = await createLiveDeployment({ name: 'live-caged', port: 28_789, preset: 'caged' });
    subject = { deployment: live, watch: watchCommands() };
    const { ms } = await live.up();
    measured('first up, preset caged, images there', ms);
    subject.watch.stop();
    const aliases = [CANARY, UNTRUSTED];
    canary = await startCanary({ name: 'live-caged-canary', network: 'live-caged_outside', aliases });
  });

  afterAll(async () => {
    await canary.remove();
    await live.remove();
  });

  commonCases(() => subject);

  async function ask(...requests: string[]): Promise<ProxyAnswer[]> {
    return live.inGateway<ProxyAnswer[]>(proxyScript('egress', requests.map(proxyRequest)));
  }

  async function statuses(...requests: string[]): Promise<number[]> {
    return (await ask(...requests)).map(({ status }) => status);
  }

  /** What happens to TCP connections from inside the gateway container. */
  async function tries(targets: { host: string; port: number }[]): Promise<string[]> {
    return live.inGateway<string[]>(connectScript(targets));
  }

  describe('from inside, directly,', () => {
    test('a host outside is out of reach, by address and by name', async () => {
      const before = await canary.visits();
      const control = `exec 3<>/dev/tcp/${canary.address}/${CANARY_TCP}; cat <&3`;
      expect((await live.exec('egress', ['bash', '-c', control])).stdout).toBe('canary over tcp\n');
      expect(await canary.visits()).toHaveLength(before.length + 1);

      const results = await tries([
        { host: canary.address, port: CANARY_TCP },
        { host: CANARY, port: CANARY_TCP },
        { host: 'live-caged-canary', port: CANARY_TCP },
      ]);
      expect(results).not.toContain('connected');
      expect(await canary.visits()).toHaveLength(before.length + 1);
    });

    test('names outside are not resolved, and nobody outside is asked', async () => {
      const script = `
import { promises as dns } from 'node:dns';
const ask = (name) => dns.resolve4(name).then((found) => found.length + ' found', (error) => error.code);
console.log(JSON.stringify([await ask('egress'), await ask('nobody.invalid')]));`;
      const [inside, outside] = await live.inGateway<string[]>(script);
      expect(inside).toBe('1 found');
      // ENOTFOUND would be the answer of a name server outside.
      expect(['ESERVFAIL', 'EREFUSED', 'ETIMEOUT', 'ECONNREFUSED']).toContain(outside);
    });

    test('this host is out of reach', async () => {
      const listener = await listenEverywhere();
      const network = await makeNetwork('live-caged-control');
      try {
        const gateways = await docker(
          ['network', 'inspect', '--format', '{{range .IPAM.Config}}{{.Subnet}} {{.Gateway}}{{end}}'],
          ['bridge', 'live-caged_cage', 'live-caged_front', 'live-caged_outside', 'live-caged-control'],
        );
        const hosts = [...new Set([...bridgeAddresses(gateways), ...hostAddresses()])];
        expect(hosts.length).toBeGreaterThan(4);
        const results = await tries(hosts.map((host) => ({ host, port: listener.port })));
        expect(results).not.toContain('connected');
        expect(listener.accepted()).toBe(0);

        // The same listener, tried from a container on an ordinary network.
        const [, control = ''] = gateways.split('\n').at(-1)?.split(' ') ?? [];
        const flags = ['run', '--rm', '--network', 'live-caged-control', '--entrypoint', 'node'];
        const script = connectScript([{ host: control, port: listener.port }]);
        const image = await builtImage('gateway');
        const output = await docker(...flags, image, '--input-type=module', '--eval', script);
        expect(JSON.parse(output)).toEqual(['connected']);
        expect(listener.accepted()).toBe(1);
      } finally {
        await network.remove();
        await listener.close();
      }
    });
  });

  describe('through egress,', () => {
    test('a host is refused before it is allowed, and out of reach', async () => {
      const before = await canary.visits();
      const refused = [`CONNECT ${CANARY}:${CANARY_TCP}`, `GET http://${CANARY}/`];
      expect(await statuses(...refused, `CONNECT ${canary.address}:${CANARY_TCP}`)).toEqual([403, 403, 403]);
      expect(await canary.visits()).toEqual(before);
    });

    test('an edit of the allowlist restarts egress and nothing else', async () => {
      const before = await live.containers();
      const allow = [
        { host: CANARY, ports: [80, CANARY_TCP], privateAddresses: [`${canary.address}/32`] },
        { host: UNTRUSTED, ports: [CANARY_TCP] },
        { host: 'metadata.example.net', ports: [80] },
      ];
      live.writePolicy({ egress: { allow } });
      const { stderr, ms } = await live.up();
      measured('up after an edit of the allowlist', ms);
      expect(stderr).toMatch(new RegExp(`^\\+.*${CANARY}`, 'm'));
      const after = await live.containers();
      const started = (containers: typeof after): string[] =>
        containers.map(({ Id, State }) => `${Id} ${State.StartedAt}`);
      const changed = live.services.filter((_, index) => started(before)[index] !== started(after)[index]);
      expect(changed).toEqual(['egress']);
    });

    test('an allowed host is reached, in a tunnel and in plain HTTP', async () => {
      const [tunnel, plain] = await ask(`CONNECT ${CANARY}:${CANARY_TCP}`, `GET http://${CANARY}/hello`);
      expect(tunnel).toMatchObject({ status: 200, text: 'canary over tcp\n' });
      expect(plain).toMatchObject({ status: 200, text: 'canary over http\n' });
      const egress = (await live.container('egress')).NetworkSettings.Networks['live-caged_outside']
        ?.IPAddress;
      expect((await canary.visits()).slice(-2)).toEqual([`tcp ${egress}`, `GET /hello ${egress}`]);
    });

    test('everything beside it is refused: other ports, its address, names that lead to private addresses', async () => {
      const before = await canary.visits();
      const requests = [
        `CONNECT ${CANARY}:22`,
        `CONNECT ${CANARY}:443`,
        `GET http://${CANARY}:${CANARY_TCP}/`,
        `CONNECT ${canary.address}:${CANARY_TCP}`,
        `GET http://${canary.address}/`,
        `CONNECT ${UNTRUSTED}:${CANARY_TCP}`,
        `CONNECT localhost:${CANARY_TCP}`,
        'CONNECT gateway:18789',
        'CONNECT ingress:8080',
      ];
      expect(await statuses(...requests)).toEqual(requests.map(() => 403));
      expect(await canary.visits()).toEqual(before);
    });

    test('the metadata address is refused, by address and by an allowed name', async () => {
      // A network of the test's own that holds the address: were it not refused, this host would answer and no other.
      const isolated = ['--internal', '--opt', 'com.docker.network.bridge.inhibit_ipv4=true'];
      const network = await makeNetwork('live-caged-metadata', ...isolated, '--subnet', '169.254.169.0/24');
      const aliases = ['metadata.example.net'];
      const name = 'live-caged-metadata';
      const metadata = await startCanary({ name, network: name, aliases, address: METADATA });
      try {
        await docker('network', 'connect', 'live-caged-metadata', 'live-caged-egress-1');
        const control = await live.exec('egress', ['bash', '-c', `exec 3<>/dev/tcp/${METADATA}/80`]);
        expect(control.code).toBe(0);
        const path = 'latest/meta-data/';
        const requests = [
          `GET http://${METADATA}/${path}`,
          `CONNECT ${METADATA}:80`,
          `GET http://metadata.example.net/${path}`,
          'CONNECT metadata.example.net:80',
        ];
        expect(await statuses(...requests)).toEqual([403, 403, 403, 403]);
        expect(await metadata.visits()).toEqual([]);
      } finally {
        await tryDocker(['network', 'disconnect', '--force', 'live-caged-metadata', 'live-caged-egress-1']);
        await metadata.remove();
        await network.remove();
      }
    });

    test('what was refused and what passed is in the log of egress', async () => {
      const { stdout } = await live.cli('logs', '--service', 'egress');
      expect(stdout).toMatch(new RegExp(`/403 CONNECT ${UNTRUSTED}:${CANARY_TCP}`));
      expect(stdout).toMatch(new RegExp(`/200 CONNECT ${CANARY}:${CANARY_TCP}`));
    });
  });

  closingCases(() => subject, 'overwritten');
});

/** A Node script that tries to connect everywhere at once and prints "connected" or the error of each. */
function connectScript(targets: { host: string; port: number }[]): string {
  return `
import { connect } from 'node:net';
const attempt = ({ host, port }) => new Promise((resolve) => {
  const socket = connect({ host, port });
  const end = (result) => { socket.destroy(); resolve(result); };
  setTimeout(() => end('ETIMEDOUT'), 4000);
  socket.once('connect', () => end('connected'));
  socket.once('error', (error) => end(error.code));
});
console.log(JSON.stringify(await Promise.all(${JSON.stringify(targets)}.map(attempt))));
process.exit(0);
`;
}

/** From lines "SUBNET GATEWAY": the gateway, and the subnet's first address where none is given. */
function bridgeAddresses(lines: string): string[] {
  return lines.split('\n').flatMap((line) => {
    const [subnet = '', gateway = ''] = line.split(' ');
    return [gateway, subnet.replace(/\d+\/\d+$/, '1')].filter((address) => address !== '');
  });
}

function hostAddresses(): string[] {
  const entries = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return entries.filter(({ internal }) => !internal).map(({ address }) => address);
}
