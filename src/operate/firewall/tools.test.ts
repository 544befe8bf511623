import { describe, expect, test } from 'vitest';
import { fakePorts } from '../../ports/fake/fake-ports.ts';
import type { FakePorts } from '../../ports/fake/fake-ports.ts';
import { chooseTool, findTools, otherFirewalls } from './tools.ts';

function hostWith(versions: Record<string, string>): FakePorts {
  const ports = fakePorts();
  for (const program of ['nft', 'iptables', 'iptables-nft', 'iptables-legacy']) {
    const stdout = versions[program];
    ports.exec.on(program, ['--version'], stdout === undefined ? { killed: 'missing' } : { stdout });
  }
  return ports;
}

describe('tools of a host', () => {
  test('nft is the first choice, then the iptables that Docker uses', async () => {
    const found = await findTools(
      hostWith({
        nft: 'nftables v1.0.6',
        iptables: 'iptables v1.8.9 (legacy)',
        'iptables-nft': 'iptables v1.8.9 (nf_tables)',
        'iptables-legacy': 'iptables v1.8.9 (legacy)',
      }),
    );
    expect(found.map(({ tool }) => tool)).toEqual(['nft', 'iptables-legacy', 'iptables-nft']);
    expect(found[1]).toMatchObject({ programs: { v4: 'iptables', v6: 'ip6tables' } });
    expect(chooseTool(found, 'auto').tool).toBe('nft');
    expect(chooseTool(found, 'iptables-nft')).toMatchObject({
      programs: { v4: 'iptables-nft', v6: 'ip6tables-nft' },
    });
  });

  test('an iptables that does not say its kind is the old one', async () => {
    const found = await findTools(hostWith({ iptables: 'iptables v1.6.1' }));
    expect(found).toEqual([{ tool: 'iptables-legacy', programs: { v4: 'iptables', v6: 'ip6tables' } }]);
    expect(() => chooseTool(found, 'nft')).toThrow('nft was wanted, and this host has only iptables-legacy.');
    expect(() => chooseTool([], 'auto')).toThrow('neither nft nor iptables');
  });

  test('are looked for in the administrator’s folders, too', async () => {
    const ports = hostWith({});
    await findTools(ports);
    expect(ports.exec.calls[0]?.options.env?.['PATH']).toMatch(/:\/usr\/sbin:\/sbin$/);
  });

  test('UFW and firewalld are named where they are active, and only there', async () => {
    const ports = fakePorts();
    ports.exec.on('firewall-cmd', ['--state'], { killed: 'missing' });
    ports.files.put('/etc/ufw/ufw.conf', '# ENABLED=yes\nENABLED=no\n');
    expect(await otherFirewalls(ports)).toEqual([]);
    ports.files.put('/etc/ufw/ufw.conf', 'ENABLED=yes\nLOGLEVEL=low\n');
    ports.exec.on('firewall-cmd', ['--state'], { stdout: 'running\n' });
    const notes = await otherFirewalls(ports);
    expect(notes.map((note) => note.split(' ')[0])).toEqual(['UFW', 'firewalld']);
  });
});
