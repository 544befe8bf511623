import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { docker } from './docker-cli.ts';
import { runProgram } from './run-program.ts';

const OWNER = 'dev.clawproof.proof.owner';
const LINKS = '/sys/class/net';
const LINK = /^cproofv(\d+)$/;
/** Of the canary with slot n: table 52190 + n, block 192.52.193.(8n)/29. */
const FIRST_TABLE = 52_190;

/**
 * Everything that proofs with these process ids have on this host now: containers, networks, volumes, links, routes, rules
 * and temporary files. A proof that somebody else runs meanwhile is none of them.
 */
export async function proofTraces(pids: readonly number[]): Promise<string[]> {
  const isOurs = (owner: string): boolean => pids.includes(Number(owner.split(':')[1]));
  return [
    ...(await labelled(isOurs)),
    ...(await onTheHost(isOurs)),
    ...readdirSync(tmpdir()).filter((name) =>
      pids.some((pid) => new RegExp(`^clawproof-.*\\b${pid}\\b`).test(name)),
    ),
  ];
}

async function labelled(isOurs: (owner: string) => boolean): Promise<string[]> {
  const kinds = [
    ['container', 'ls', '--all', '{{.Names}}'],
    ['network', 'ls', '{{.Name}}'],
    ['volume', 'ls', '{{.Name}}'],
  ];
  const lists = await Promise.all(
    kinds.map(async ([kind = '', ...args]) => {
      const format = `{{.Label "${OWNER}"}} ${args.pop() ?? ''}`;
      const lines = await docker(kind, args, '--filter', `label=${OWNER}`, '--format', format);
      return lines
        .split('\n')
        .filter((line) => line !== '' && isOurs(line))
        .map((line) => `${kind} ${line}`);
    }),
  );
  return lists.flat();
}

/** Links by their owner; routes and rules of slots that have no link any more belong to nobody who runs. */
async function onTheHost(isOurs: (owner: string) => boolean): Promise<string[]> {
  const links = readdirSync(LINKS).filter((name) => LINK.test(name));
  const owned = links.filter((name) => isOurs(readFileSync(`${LINKS}/${name}/ifalias`, 'utf8')));
  const slots = new Set(links.map((name) => Number(LINK.exec(name)?.[1])));
  const routes = await ip('route', 'show', 'type', 'unreachable');
  const rules = await ip('rule');
  return [
    ...owned,
    ...routes.filter((line) => isLost(slots, /192\.52\.193\.(\d+)\/29/.exec(line), (first) => first / 8)),
    ...rules.filter((line) =>
      isLost(slots, /lookup (521\d\d|522[0-2]\d)/.exec(line), (n) => n - FIRST_TABLE),
    ),
  ];
}

function isLost(
  slots: ReadonlySet<number>,
  found: RegExpExecArray | null,
  slot: (n: number) => number,
): boolean {
  return found !== null && !slots.has(slot(Number(found[1])));
}

async function ip(...args: string[]): Promise<string[]> {
  const { code, stdout, stderr } = await runProgram('ip', args);
  if (code !== 0) throw new Error(`ip ${args.join(' ')}: ${stderr}`);
  return stdout.split('\n').filter(Boolean);
}
