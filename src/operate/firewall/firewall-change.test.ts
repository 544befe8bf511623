import { fc, test as propertyTest } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import type { Ports } from '../../ports/ports.ts';
import type { ChangeContext } from '../change/change.ts';
import { findChange } from '../change/changes.ts';
import { type ChangeTools, recoverChange, runChange } from '../change/run-change.ts';
import { firewallOffChange } from './off-change.ts';
import { firewallOnChange } from './on-change.ts';
import { planOn } from './switch-on.ts';
import {
  type FakeFirewallHost,
  fakeFirewallHost,
  FOLDER,
  POLICY,
  putNetwork,
} from './testing/fake-firewall-host.ts';

const REQUEST = { folder: FOLDER, toolVersion: '0.0.0' };

class Killed extends Error {}

/** Ports that do nothing more after so many calls of programs and writes: as a kill -9 leaves a machine. */
function mortal(host: FakeFirewallHost, operations: number): Ports {
  let left = operations;
  const guard = <T extends object>(target: T): T =>
    new Proxy(target, {
      get: (object, name) => {
        const member = Reflect.get(object, name) as unknown;
        if (typeof member !== 'function') return member;
        return (...args: unknown[]) => {
          if (left <= 0) throw new Killed('kill -9');
          left -= 1;
          return (member as (...all: unknown[]) => unknown).apply(object, args);
        };
      },
    });
  return { ...host.ports, files: guard(host.ports.files), exec: guard(host.ports.exec) };
}

function toolsOf(host: FakeFirewallHost): ChangeTools {
  return {
    open: async (ports) => {
      const policyText = (await host.ports.files.read(`${FOLDER}/clawproof.yaml`)) ?? '';
      return { ...host.context, policyText, ports };
    },
    find: findChange,
  };
}

async function switchOn(host: FakeFirewallHost, ports: Ports = host.ports): Promise<unknown> {
  const begin = (context: ChangeContext) => planOn(context, undefined);
  return runChange(ports, REQUEST, firewallOnChange, begin, toolsOf(host)).catch((error: unknown) => error);
}

async function switchOff(host: FakeFirewallHost, ports: Ports = host.ports): Promise<unknown> {
  const begin = () =>
    Promise.resolve({ names: host.names, tools: [{ tool: 'nft' } as const], policy: POLICY });
  return runChange(ports, REQUEST, firewallOffChange, begin, toolsOf(host)).catch((error: unknown) => error);
}

/** On, off, or something between. */
async function stateOf({ ports, names, kernel, units }: FakeFirewallHost): Promise<string> {
  const parts = [
    (await ports.files.read(`${FOLDER}/clawproof.yaml`))?.includes('enabled: true'),
    (await ports.files.read(names.script)) !== null,
    kernel.has('nft'),
    (await ports.files.read(names.unitFile)) !== null,
    units.has(names.unit),
  ];
  if (parts.every((part) => part === true)) return 'on';
  return parts.some((part) => part === true) ? `between: ${parts.join(' ')}` : 'off';
}

async function recover(host: FakeFirewallHost, ports: Ports = host.ports): Promise<unknown> {
  return recoverChange(ports, REQUEST, toolsOf(host)).catch((error: unknown) => error);
}

describe('the firewall', () => {
  test('is on with rules, script and unit, and the policy stays its owner’s', async () => {
    const host = fakeFirewallHost();
    expect(await switchOn(host)).toMatchObject({ tool: { tool: 'nft' } });
    expect(await stateOf(host)).toBe('on');
    expect(await host.ports.files.stat(`${FOLDER}/clawproof.yaml`)).toMatchObject({ uid: 1000, gid: 1000 });
    expect(await host.ports.files.read(`${FOLDER}/clawproof.yaml`)).toMatch(/^# mine\n/);
    expect(host.kernel.get('nft')).toContain('iifname "br-aaaaaaaaaaaa" counter drop');
  });

  test('leaves nothing in another back end', async () => {
    const host = fakeFirewallHost();
    host.kernel.set('iptables-nft', 'of before');
    await switchOn(host);
    expect([...host.kernel.keys()]).toEqual(['nft']);
  });

  test('is taken back when the kernel lists something else', async () => {
    const host = fakeFirewallHost();
    host.ports.exec.on('sh', ['-c', /nft list/], { stdout: 'table inet other' });
    expect(await switchOn(host)).toMatchObject({ id: 'firewall-not-as-rendered' });
    expect(await stateOf(host)).toBe('off');
    expect(await host.ports.files.read(`${FOLDER}/clawproof.yaml`)).toBe(POLICY);
    expect(await host.ports.files.list('/etc/clawproof')).toEqual([]);
  });

  test('goes back to its earlier rules when new ones fail', async () => {
    const host = fakeFirewallHost();
    await switchOn(host);
    const before = host.kernel.get('nft');
    host.ports.exec.on('systemctl', ['enable', /.*/], { code: 1, stderr: 'masked' }, {});
    putNetwork(host, 'b');
    expect(await switchOn(host)).toMatchObject({ id: 'firewall-unit-failed' });
    expect(await stateOf(host)).toBe('on');
    expect(host.kernel.get('nft')).toBe(before);
    expect(await host.ports.files.read(host.names.script)).toBe(before);
  });

  propertyTest.prop([fc.nat(90), fc.array(fc.nat(40), { maxLength: 3 }), fc.boolean()])(
    'killed anywhere, and again while recovering, is on or off, as a whole',
    async (first, later, isSwitchedOff) => {
      const host = fakeFirewallHost();
      if (isSwitchedOff) await switchOn(host);
      await (isSwitchedOff ? switchOff : switchOn)(host, mortal(host, first));
      for (const operations of later) await recover(host, mortal(host, operations));
      await recover(host);
      expect(['on', 'off']).toContain(await stateOf(host));
      expect(await host.ports.files.stat(`${FOLDER}/.clawproof/change.json`)).toBeNull();
    },
  );
});
