import type { FirewallNames } from './names.ts';

/** A deployment's own rules as the kernel lists them. */
export interface OwnRules {
  /** The rules themselves; null = there are none. */
  rules: string | null;
  /** What is wrong with the way packets come to them, a sentence without full stop each. */
  problems: string[];
}

/** Of `nft list table`: what it counts differs each time. Nothing = there is no such table. */
export function ownNftRules(listing: string): OwnRules {
  const lines = listing
    .split('\n')
    .map((line) =>
      line
        .replace(/ # handle \d+$/, '')
        .replace(/counter packets \d+ bytes \d+/, 'counter')
        .trim(),
    )
    .filter((line) => line !== '');
  return { rules: lines.length === 0 ? null : lines.join('\n'), problems: [] };
}

/**
 * Of `iptables-save`. The chains must be there and be jumped to before anything else lets packets of the deployment's
 * interfaces through.
 */
export function ownIptablesRules(saved: string, names: FirewallNames, bridges: readonly string[]): OwnRules {
  const lines = filterTable(saved);
  const chains = [names.input, names.forward];
  const own = lines.filter((line) => chains.some((chain) => line.startsWith(`-A ${chain} `)));
  const declared = chains.filter((chain) => lines.some((line) => line.startsWith(`:${chain} `)));
  if (declared.length === 0) return { rules: null, problems: [] };
  const hook = lines.some((line) => line.startsWith(':DOCKER-USER ')) ? 'DOCKER-USER' : 'FORWARD';
  return {
    rules: [...declared, ...own].join('\n'),
    problems: [
      ...jumpProblems(lines, 'INPUT', names.input, bridges),
      ...jumpProblems(lines, hook, names.forward, bridges),
      ...(hook === 'FORWARD' ? [] : jumpProblems(lines, 'FORWARD', 'DOCKER-USER', bridges)),
    ],
  };
}

/** Names of the back end's chains or tables that are this deployment's: what must be empty after `off`. */
export function hasOwnChains(saved: string, { input, forward }: FirewallNames): boolean {
  return filterTable(saved).some((line) => line.includes(input) || line.includes(forward));
}

function filterTable(saved: string): string[] {
  const all = saved.split('\n').map((line) => line.trim());
  const start = all.indexOf('*filter');
  if (start === -1) return [];
  const end = all.indexOf('COMMIT', start);
  return all.slice(start + 1, end === -1 ? undefined : end);
}

function jumpProblems(
  lines: readonly string[],
  parent: string,
  chain: string,
  bridges: readonly string[],
): string[] {
  const rules = lines.filter((line) => line.startsWith(`-A ${parent} `));
  const place = rules.findIndex((line) => line.endsWith(` -j ${chain}`));
  if (place === -1) return [`${parent} does not lead to ${chain}`];
  const before = rules.slice(0, place).filter((line) => mayLetThrough(line, bridges));
  return before.map((line) => `a rule before ${chain} may let packets through: ${line}`);
}

/** True unless it is known to be harmless: another deployment's, about another interface, about answers, or a refusal. */
export function mayLetThrough(rule: string, bridges: readonly string[]): boolean {
  const target = / -[jg] (\S+)/.exec(rule)?.[1];
  if (target === undefined || /^(CLAWPROOF-.*|DROP|REJECT|LOG|NFLOG|RETURN|DOCKER-USER)$/.test(target))
    return target === 'RETURN' && !isElsewhere(rule, bridges);
  if (/--ctstate (RELATED,ESTABLISHED|ESTABLISHED|RELATED)(?!\S)/.test(rule)) return false;
  return !isElsewhere(rule, bridges);
}

/** The rule names an interface that is none of ours, where ours would stand. */
function isElsewhere(rule: string, bridges: readonly string[]): boolean {
  const side = rule.startsWith('-A INPUT ') ? 'i' : 'o';
  const [, not, name] = new RegExp(` (! )?-${side} (\\S+)`).exec(rule) ?? [];
  if (name === undefined || not !== undefined) return false;
  const covers = (bridge: string): boolean =>
    name.endsWith('+') ? bridge.startsWith(name.slice(0, -1)) : bridge === name;
  return !bridges.some(covers);
}
