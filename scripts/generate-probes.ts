import { RINGS } from '../src/prove/probe.ts';
import { groups } from '../src/prove/rings/groups.ts';

/** docs/probes.md: every attack with the protection it is made on and its control. */
export function generatedFiles(): Record<string, string> {
  const probes = groups.flatMap((group) => group.probes);
  const variants = new Map(groups.flatMap((group) => group.variants).map(({ id, title }) => [id, title]));
  const sections = RINGS.map((ring) => {
    const rows = probes
      .filter((probe) => probe.ring === ring)
      .map(({ id, title, measures, weakenedBy: [control] }) =>
        row([
          `\`${id}\``,
          title,
          measures.map((name) => `\`${name}\``).join(' '),
          variants.get(control) ?? control,
        ]),
      );
    return [
      `## ${ring.charAt(0).toUpperCase()}${ring.slice(1)}: ${rows.length} probes`,
      '',
      row(['probe', 'what must hold', 'measures', 'control: the attack must succeed where']),
      row(['---', '---', '---', '---']),
      ...rows,
      '',
    ].join('\n');
  });
  return {
    'docs/probes.md': `${[HEAD, `${probes.length} probes, ${variants.size} weakened twins. How they are run: [prove.md](prove.md).`, '', ...sections].join('\n').trimEnd()}\n`,
  };
}

const HEAD = `<!-- Written by npm run generate. -->
# Probes

Every attack of \`clawproof prove\`. A probe passes when the attack was seen to be stopped; its control is the same attack on
a twin that is weaker in just one point, where it must succeed.
`;

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}
