import { iptablesRules } from './iptables.ts';
import type { FirewallNames } from './names.ts';
import { nftRules } from './nft.ts';
import { type FirewallFacts, firewallRules } from './rules.ts';

/** Which of the kernel's two firewalls is spoken to, and with which program. */
export type FirewallTool = 'nft' | 'iptables-nft' | 'iptables-legacy';

/** Beginnings of the names of the programs for IPv4 and IPv6: "iptables-nft" has an "iptables-nft-restore". */
interface IptablesPrograms {
  v4: string;
  v6: string;
}

/** A tool that is there; `programs` of the iptables ones. */
export type UsableTool =
  | { tool: 'nft' }
  | { tool: 'iptables-nft' | 'iptables-legacy'; programs: IptablesPrograms };

function header(tool: FirewallTool): string {
  return `#!/bin/sh
# Written by clawproof firewall on; taken away by clawproof firewall off.
# Loads the rules of one deployment. May be run again at any time: what it finds of its own it replaces, in one step.
${mark(tool)}set -eu
PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"
`;
}

function mark(tool: FirewallTool): string {
  return `# back end: ${tool}\n`;
}

/** Whether a script of `loadScript` loads into this back end. */
export function usesTool(script: string, tool: FirewallTool): boolean {
  return script.includes(mark(tool));
}

/** The script that loads the rules: run by `firewall on` and, at each start of the host, by systemd. */
export function loadScript(facts: FirewallFacts, names: FirewallNames, tool: UsableTool): string {
  const rules = firewallRules(facts);
  if (tool.tool === 'nft') return `${header('nft')}nft -f - <<'RULES'\n${nftRules(rules, names)}RULES\n`;
  const { v4, v6 } = tool.programs;
  // The jumps are looked up first: iptables-restore holds a lock from its first line on.
  const load = (program: string, family: 'v4' | 'v6'): string =>
    [
      `jumps=$(hook ${program})`,
      `{ cat <<'RULES'; printf '%s\\nCOMMIT\\n' "$jumps"; } | ${program}-restore -w 10 --noflush`,
      '*filter',
      ...iptablesRules(rules, family, names),
      'RULES',
      '',
    ].join('\n');
  return [
    header(tool.tool),
    hookFunction(names),
    load(v4, 'v4'),
    'if [ -d /proc/sys/net/ipv6 ]; then\n',
    load(v6, 'v6'),
    'fi\n',
  ].join('');
}

/** Lines for iptables-restore that take the jumps away where they are, as a function of the shell. */
function unhookFunction({ input, forward, comment }: FirewallNames): string {
  const jump = (chain: string): string => `-m comment --comment "${comment}" -j ${chain}`;
  const parents = [
    ['INPUT', input],
    ['FORWARD', forward],
    ['DOCKER-USER', forward],
  ];
  return [
    'unhook() {',
    ...parents.map(
      ([parent, chain = '']) =>
        `  if "$1" -w 10 -C ${parent} ${jump(chain)} 2>/dev/null; then echo '-D ${parent} ${jump(chain)}'; fi`,
    ),
    '}',
    '',
  ].join('\n');
}

/** Puts the jumps first, anew each time: the engine and others put their own rules first, too. */
function hookFunction(names: FirewallNames): string {
  const { input, forward, comment } = names;
  const insert = (chain: string): string => `-m comment --comment "${comment}" -j ${chain}`;
  return [
    unhookFunction(names),
    'hook() {\n',
    '  unhook "$1"\n',
    `  echo '-I INPUT 1 ${insert(input)}'\n`,
    '  if "$1" -w 10 -n -L DOCKER-USER >/dev/null 2>&1\n',
    `  then echo '-I DOCKER-USER 1 ${insert(forward)}'\n`,
    `  else echo '-I FORWARD 1 ${insert(forward)}'; fi\n`,
    '}\n',
  ].join('');
}

/** A script for `sh -s` that takes all of a deployment's rules out of one back end, and nothing else. */
export function unloadScript(names: FirewallNames, tool: UsableTool): string {
  const { table, input, forward } = names;
  const begin = 'set -eu\nPATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"\n';
  if (tool.tool === 'nft')
    return `${begin}if nft list table inet ${table} >/dev/null 2>&1; then nft delete table inet ${table}; fi\n`;
  const unload = (program: string): string =>
    [
      `lines=$(unhook ${program}; for chain in ${input} ${forward}; do`,
      `  if ${program} -w 10 -n -L "$chain" >/dev/null 2>&1; then echo "-F $chain"; echo "-X $chain"; fi`,
      'done)',
      `if [ -n "$lines" ]; then printf '*filter\\n%s\\nCOMMIT\\n' "$lines" | ${program}-restore -w 10 --noflush; fi`,
      '',
    ].join('\n');
  const { v4, v6 } = tool.programs;
  return [
    begin,
    unhookFunction(names),
    unload(v4),
    `if [ -d /proc/sys/net/ipv6 ]; then\n${unload(v6)}fi\n`,
  ].join('');
}
