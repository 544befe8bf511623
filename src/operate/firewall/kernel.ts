import { firewallRulesRefused } from '../../errors/firewall-errors.ts';
import type { Ports } from '../../ports/ports.ts';
import {
  hasOwnChains,
  ownIptablesRules,
  ownNftRules,
  type OwnRules,
} from '../../render/firewall/kernel-rules.ts';
import type { FirewallNames } from '../../render/firewall/names.ts';
import { unloadScript, type UsableTool } from '../../render/firewall/script.ts';
import { runTool, type ToolPorts } from './tools.ts';

type FamilyRules = Readonly<Record<'v4' | 'v6', OwnRules>>;

/** What the kernel has of a deployment's rules, or why that is not known; a sentence without full stop. */
type KernelRules = FamilyRules | { why: string };

const SEPARATOR = '== IPv6 ==';

/** Loads the rules with the script that is on disk, the very one that systemd runs. @throws AppError */
export async function loadRules(ports: ToolPorts, script: string): Promise<void> {
  const result = await runTool(ports, 'sh', [script]);
  if (result.code !== 0) throw firewallRulesRefused('the rules', wordsOf(result));
}

/** Takes a deployment's rules out of these back ends, where they are. @throws AppError */
export async function unloadRules(
  ports: Pick<Ports, 'exec' | 'system' | 'files'>,
  names: FirewallNames,
  tools: readonly UsableTool[],
): Promise<void> {
  for (const tool of tools) {
    // Asking the old iptables anything makes the kernel load it.
    if (tool.tool === 'iptables-legacy' && !(await isLegacyUsed(ports))) continue;
    const result = await runTool(ports, 'sh', ['-s'], unloadScript(names, tool));
    if (result.code !== 0) throw firewallRulesRefused('the removal of the rules', wordsOf(result));
  }
}

async function isLegacyUsed({ files }: Pick<Ports, 'files'>): Promise<boolean> {
  for (const path of ['/proc/net/ip_tables_names', '/proc/net/ip6_tables_names'])
    if (((await files.read(path).catch(() => null)) ?? '').includes('filter')) return true;
  return false;
}

/** The back ends, of these, in which something of the deployment is. */
export async function backEndsInUse(
  ports: Pick<Ports, 'exec' | 'system' | 'files'>,
  names: FirewallNames,
  tools: readonly UsableTool[],
): Promise<UsableTool[]> {
  const found: UsableTool[] = [];
  for (const tool of tools) {
    if (tool.tool === 'iptables-legacy' && !(await isLegacyUsed(ports))) continue;
    const { code, stdout } = await runTool(ports, 'sh', ['-c', listCommand(names, tool)]);
    if (code === 0 && (tool.tool === 'nft' ? stdout.trim() !== '' : hasOwnChains(stdout, names)))
      found.push(tool);
  }
  return found;
}

/** The rules as the kernel has them now. */
export async function readRules(
  ports: ToolPorts,
  names: FirewallNames,
  tool: UsableTool,
  bridges: readonly string[],
): Promise<KernelRules> {
  if (ports.system.uid !== 0) return { why: 'only root can read the rules of this host' };
  const result = await runTool(ports, 'sh', ['-c', listCommand(names, tool)]);
  if (result.code !== 0) return { why: `${tool.tool} does not list the rules: ${wordsOf(result)}` };
  return parse(result.stdout, names, tool, bridges);
}

/**
 * The same rules as the kernel lists them after a load in an empty network namespace, which is gone afterwards: to compare
 * with, in the kernel's own words, and to see that it takes them before any rule of the host is touched.
 */
export async function rehearseRules(
  ports: ToolPorts,
  names: FirewallNames,
  tool: UsableTool,
  script: string,
): Promise<KernelRules> {
  if (ports.system.uid !== 0) return { why: 'only root can load rules, even in a namespace of their own' };
  const inside = `sh -s && { ${listCommand(names, tool)}; }`;
  const result = await runTool(ports, 'unshare', ['--net', 'sh', '-c', inside], script);
  if (result.killed === 'missing') return { why: 'the program unshare is not there' };
  if (result.code !== 0) return { why: wordsOf(result) };
  return parse(result.stdout, names, tool, []);
}

/** What differs between the kernel's rules and the rendered ones; empty = nothing. */
export function differences(kernel: FamilyRules, rendered: FamilyRules): string[] {
  return (['v4', 'v6'] as const).flatMap((family) => {
    const { rules, problems } = kernel[family];
    const wanted = rendered[family].rules;
    const title = { v4: 'IPv4', v6: 'IPv6' }[family];
    if (rules === null && wanted !== null) return [`${title}: the kernel has no rules of this deployment`];
    return [
      ...(rules === wanted ? [] : [`${title}: the kernel's rules are not the rendered ones`]),
      ...problems.map((problem) => `${title}: ${problem}`),
    ];
  });
}

/** Prints a deployment's part of both families. */
function listCommand({ table }: FirewallNames, tool: UsableTool): string {
  if (tool.tool === 'nft') return `nft list table inet ${table} 2>/dev/null || nft list tables >/dev/null`;
  const { v4, v6 } = tool.programs;
  return `${v4}-save -t filter && echo '${SEPARATOR}' && if [ -d /proc/sys/net/ipv6 ]; then ${v6}-save -t filter; fi`;
}

function parse(
  listing: string,
  names: FirewallNames,
  { tool }: UsableTool,
  bridges: readonly string[],
): FamilyRules {
  if (tool === 'nft') {
    const rules = ownNftRules(listing);
    return { v4: rules, v6: rules };
  }
  const [v4 = '', v6 = ''] = listing.split(`${SEPARATOR}\n`);
  return { v4: ownIptablesRules(v4, names, bridges), v6: ownIptablesRules(v6, names, bridges) };
}

function wordsOf({ stderr, code, killed }: { stderr: string; code: number | null; killed?: string }): string {
  const words = stderr.trim().split('\n').slice(-3).join(' ').slice(0, 400);
  return words === '' ? `exit code ${code ?? killed ?? 'none'}` : words;
}
