import type { FirewallChoice } from '../../policy/policy.ts';
import type { ExecResult } from '../../ports/exec.ts';
import type { Ports } from '../../ports/ports.ts';
import type { UsableTool } from '../../render/firewall/script.ts';
import { firewallToolMissing } from '../../errors/firewall-errors.ts';

export type ToolPorts = Pick<Ports, 'exec' | 'system'>;

const CALL_MS = 30_000;

/** Runs a program of the system's, also where the caller's PATH leaves out the administrator's folders. */
export function runTool(
  { exec, system }: ToolPorts,
  program: string,
  args: readonly string[],
  input?: string,
): Promise<ExecResult> {
  const path = `${system.env['PATH'] ?? ''}:/usr/local/sbin:/usr/sbin:/sbin`;
  return exec.run(program, args, {
    env: { PATH: path },
    timeoutMs: CALL_MS,
    ...(input === undefined ? {} : { input }),
  });
}

/** The firewall programs of this host, best one first. */
export async function findTools(ports: ToolPorts): Promise<UsableTool[]> {
  const [nft, ...iptables] = await Promise.all([
    isThere(ports, 'nft'),
    iptablesTool(ports, 'iptables'),
    iptablesTool(ports, 'iptables-nft'),
    iptablesTool(ports, 'iptables-legacy'),
  ]);
  const found = [...(nft ? [{ tool: 'nft' } as const] : []), ...iptables.flatMap((tool) => tool ?? [])];
  // Plain "iptables" comes first: Docker uses it. Under its longer name it is the same.
  return found.filter(({ tool }, index) => found.findIndex((other) => other.tool === tool) === index);
}

async function isThere(ports: ToolPorts, program: string): Promise<boolean> {
  return (await runTool(ports, program, ['--version'])).code === 0;
}

async function iptablesTool(ports: ToolPorts, program: string): Promise<UsableTool | null> {
  const { code, stdout } = await runTool(ports, program, ['--version']);
  if (code !== 0) return null;
  // Versions before 1.8 know one kind only, and do not say it.
  const tool = stdout.includes('nf_tables') ? 'iptables-nft' : 'iptables-legacy';
  return { tool, programs: { v4: program, v6: program.replace('iptables', 'ip6tables') } };
}

/** @throws AppError `firewall-tool-missing` */
export function chooseTool(found: readonly UsableTool[], choice: FirewallChoice): UsableTool {
  const chosen = choice === 'auto' ? found[0] : found.find(({ tool }) => tool === choice);
  if (chosen !== undefined) return chosen;
  throw firewallToolMissing(
    choice,
    found.map(({ tool }) => tool),
  );
}

/** Other managers of this host's rules, and what that means for ours; a sentence each. */
export async function otherFirewalls({
  files,
  ...ports
}: Pick<Ports, 'files' | 'exec' | 'system'>): Promise<string[]> {
  const [ufw, firewalld] = await Promise.all([
    files.read('/etc/ufw/ufw.conf').catch(() => null),
    runTool(ports, 'firewall-cmd', ['--state']),
  ]);
  return [
    ...(ufw !== null && /^\s*ENABLED\s*=\s*["']?yes/im.test(ufw)
      ? [
          'UFW is active. Ports that Docker publishes bypass it; these rules do not depend on it, and leave its own as they are.',
        ]
      : []),
    ...(firewalld.code === 0
      ? [
          'firewalld is active. It lets everything through that comes from Docker’s networks (zone docker); what these rules drop stays dropped, and its own stay as they are.',
        ]
      : []),
  ];
}
