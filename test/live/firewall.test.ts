import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { contentHash } from '../../src/operate/content-hash.ts';
import { defaultPolicy } from '../../src/policy/defaults.ts';
import { renderFiles } from '../../src/render/render.ts';
import { unresolvedImages } from '../../src/render/pins.ts';
import { docker, removeProject } from '../support/docker-cli.ts';
import {
  type Attempt,
  createFirewallLab,
  type FirewallLab,
  foreignRules,
  LAB,
  type LabBridges,
  PORTS,
} from '../support/firewall-lab.ts';

const NAME = 'live-firewall';
const TOOLS = ['nft', 'iptables-nft', 'iptables-legacy'] as const;

/** What is tried, in both families: `open` = it also arrives with the rules on. */
function attempts(family: 'v4' | 'v6'): { what: string; open: boolean; attempt: Attempt }[] {
  const { outsideHost, egress, frontHost, ingress, host, neighbour, strangerHost } = LAB[family];
  const row = (
    what: string,
    from: Attempt['from'],
    to: string,
    port: number,
    open: boolean,
    protocol: Attempt['protocol'] = 'tcp',
  ): { what: string; open: boolean; attempt: Attempt } => {
    return { what: `${family} ${what}`, open, attempt: { from, to, port, protocol } };
  };
  const { ssh, names, service, model, far, closed, exposed, others } = PORTS;
  return [
    row('container → host, its address on that network', 'egress', outsideHost, service, false),
    row('container → host, its address outside', 'egress', host, service, false),
    row('container → host, UDP', 'egress', outsideHost, service, false, 'udp'),
    row('container → host, SSH', 'ingress', frontHost, ssh, false),
    row('container → host, a port of hostPorts', 'egress', host, model, true),
    row('ingress → host, the same port', 'ingress', host, model, false),
    row('container → host, its name server', 'egress', host, names, true, 'udp'),
    row('container → outside', 'egress', neighbour, far, true),
    row('host → container', 'host', ingress, 8080, true),
    row('neighbour → container, by routing', 'neighbour', ingress, 8080, false),
    row('neighbour → container, another one', 'neighbour', egress, 8080, false),
    row('other network of the host → container', 'stranger', ingress, 8080, false),
    row('neighbour → port published, not exposed', 'neighbour', host, closed, false),
    row('neighbour → exposed port', 'neighbour', host, exposed, true),
    row('neighbour → exposed port, by routing', 'neighbour', ingress, 8443, false),
    row('neighbour → host, SSH', 'neighbour', host, ssh, true),
    row('neighbour → host, a service', 'neighbour', host, service, true),
    row('other network of the host → host', 'stranger', strangerHost, service, true),
    row('container → port published by another one', 'egress', host, others, false),
    row('neighbour → port published by another one', 'neighbour', host, others, true),
  ];
}

const ROWS = [...attempts('v4'), ...attempts('v6')];

/** All rules of a host, without the numbers that it counts. */
const SAVE = [
  'for p in iptables-nft ip6tables-nft iptables-legacy ip6tables-legacy; do',
  '  echo "== $p"; $p-save 2>/dev/null | sed -e /^#/d -e "s/\\[[0-9]*:[0-9]*\\]/[]/"; done',
  'if command -v nft >/dev/null; then nft list tables | sort; fi',
].join('\n');

const OWN_TABLE = "table=$(nft list tables | sed -n 's/table inet clawproof/clawproof/p')";

describe.each(TOOLS)('the firewall with %s', { timeout: 120_000 }, (tool) => {
  const folder = mkdtempSync(join(tmpdir(), 'clawproof-live-firewall-'));
  const place = TOOLS.indexOf(tool).toString();
  const name = `${NAME}-${place}`;
  const iptables = tool === 'iptables-legacy' ? 'iptables-legacy' : 'iptables-nft';
  let lab: FirewallLab;
  let bridges: LabBridges;
  let before = '';

  const cli = async (...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> =>
    lab.cli('-C', folder, 'firewall', ...args);
  const tryRows = (): Promise<boolean[]> => lab.tryAll(ROWS.map(({ attempt }) => attempt));
  const table = (arrived: readonly boolean[]): Record<string, boolean> =>
    Object.fromEntries(ROWS.map(({ what }, index) => [what, arrived[index] ?? false]));
  const saved = async (): Promise<string> => (await lab.onHost(SAVE)).stdout;
  const status = async (): Promise<{ code: number; states: string[] }> => {
    const { code, stdout } = await cli('status', '--json');
    const { checks } = JSON.parse(stdout) as { checks: { id: string; state: string }[] };
    return { code, states: checks.map(({ id, state }) => `${id} ${state}`) };
  };

  beforeAll(async () => {
    await removeProject(name);
    writeDeployment(folder, name, tool);
    bridges = await makeNetworks(name);
    lab = await createFirewallLab(place, bridges);
    if (lab.nft === null && tool === 'nft') throw new Error('the program nft is not to be had here');
    await lab.onHost(foreignRules(iptables, bridges));
    // The only name server of this host is the host itself.
    await lab.onHost(`printf 'nameserver ${LAB.v4.host}\\nnameserver ${LAB.v6.host}\\n' > /etc/resolv.conf`);
    before = await saved();
  });

  afterAll(async () => {
    await lab?.remove();
    await removeProject(name);
    rmSync(folder, { recursive: true, force: true });
  });

  test('without it, every attempt arrives', async () => {
    expect(before).toContain('of the owner');
    expect(table(await tryRows())).toEqual(table(ROWS.map(() => true)));
  });

  test('a dry run shows the script and changes nothing', async () => {
    const { code, stdout } = await cli('on', '--dry-run', '--json');
    const plan = JSON.parse(stdout) as { tool: string; script: { text: string } };
    expect({ code, tool: plan.tool }).toEqual({ code: 0, tool });
    expect(plan.script.text).toContain(bridges.front);
    expect(await saved()).toBe(before);
    expect((await lab.onHost('ls /etc/clawproof')).code).not.toBe(0);
  });

  test('with it, only what is meant to arrives; a second time changes nothing', async () => {
    const on = await cli('on');
    expect(on.stderr + on.stdout).toContain('The firewall is on');
    const first = await saved();
    expect(table(await tryRows())).toEqual(table(ROWS.map(({ open }) => open)));
    expect((await cli('on')).code).toBe(0);
    expect(await saved()).toBe(first);
    expect(await status()).toEqual({
      code: 0,
      states: ['firewall-script pass', 'firewall-kernel pass', 'firewall-boot skipped'],
    });
  });

  test('what others take away or put before it is found, and mended', async () => {
    const damages =
      tool === 'nft'
        ? [`${OWN_TABLE}; nft flush chain inet $table forward`, `${OWN_TABLE}; nft delete table inet $table`]
        : [
            // Each alone; the ones before are mended by hand.
            `${iptables} -I INPUT 1 -j ACCEPT`,
            `${iptables} -D INPUT -j ACCEPT; ${iptables} -F DOCKER-USER`,
            `${iptables}-save | sed '/CLAWPROOF-IN.*DROP/d' | ${iptables}-restore`,
          ];
    const mended = tool === 'nft' ? ':' : `${iptables} -A DOCKER-USER -j RETURN`;
    for (const damage of damages) {
      const { code, stderr } = await lab.onHost(damage);
      expect({ damage, code, stderr }).toMatchObject({ code: 0 });
      expect({ damage, ...(await status()) }).toMatchObject({ damage, code: 1 });
    }
    expect((await cli('on')).code).toBe(0);
    expect(await status()).toMatchObject({ code: 0 });
    await lab.onHost(mended);
  });

  test('off takes away all of it, and nothing else', async () => {
    const off = await cli('off');
    expect(off.stdout).toContain(`rules of ${tool}`);
    expect(await saved()).toBe(before);
    expect((await lab.onHost('ls /etc/clawproof')).code).not.toBe(0);
    expect(readFileSync(join(folder, 'clawproof.yaml'), 'utf8')).toContain('enabled: false');
    expect(table(await tryRows())).toEqual(table(ROWS.map(() => true)));
    expect((await cli('off')).stdout).toContain('Nothing of the firewall is here');
  });
});

function writeDeployment(folder: string, name: string, tool: string): void {
  const policy = defaultPolicy({ name, access: { port: PORTS.closed } });
  const pins = {
    images: unresolvedImages(policy.image.gateway, policy.openclaw.version),
    cageSubnet: '172.30.224.0/28',
    node: '24.0.0',
    npm: '11.0.0',
    toolVersion: '0.0.0',
  };
  const compose =
    renderFiles(policy, pins, contentHash).find(({ path }) => path === 'compose.yaml')?.text ?? '';
  const published = `- 127.0.0.1:${PORTS.closed}:8080`;
  if (!compose.includes(published)) throw new Error('the published port stands otherwise in compose.yaml');
  writeFileSync(
    join(folder, 'compose.yaml'),
    compose.replace(published, `${published}\n      - 0.0.0.0:${PORTS.exposed}:8443`),
  );
  const text = `# kept\nversion: 1\nname: ${name}\nfirewall:\n  tool: ${tool}\n  hostPorts: [${PORTS.model}]\n`;
  writeFileSync(join(folder, 'clawproof.yaml'), text);
  mkdirSync(join(folder, '.clawproof'), { mode: 0o700 });
}

/** The networks in the real engine; the lab has interfaces of the same names. */
async function makeNetworks(name: string): Promise<LabBridges> {
  const make = async (key: string): Promise<string> => {
    const label = `com.docker.compose.project=${name}`;
    const internal = key === 'cage' ? ['--internal'] : [];
    const made = await docker('network', 'create', '--label', label, internal, `${name}_${key}`);
    return `br-${made.slice(0, 12)}`;
  };
  await make('cage');
  return { front: await make('front'), outside: await make('outside') };
}
