import type { Case, Evidence } from '../case.ts';
import { lineEvidence } from '../log-lines.ts';
import { valueOf } from '../observations.ts';
import { command, gatewayLines, gatewayOf, megabytes, mend, startLines } from './help.ts';

/** As much as `up` asks for before it starts anything. */
const NEEDED = 512 * 1024 ** 2;
const FULL =
  /ENOSPC|no space left on device|disk quota exceeded|EDQUOT|database or disk is full|SQLITE_FULL/i;
/** What OpenClaw 2026.9.6 says when its database could not be made; it does not name the reason. */
const NO_DATABASE = /database is not open/;

export const diskFull: Case = {
  id: 'disk-full',
  title: 'There is no space left',
  symptom: '"no space left on device", a database that does not open, settings that are not kept.',
  looksAt: ['disks', 'gatewayLog', 'containers'],
  recognise(seen) {
    const low: Evidence[] = (valueOf(seen.disks) ?? [])
      .filter(({ freeBytes }) => freeBytes < NEEDED)
      .map(({ path, what, freeBytes }) => ({ from: path, text: `${what}: ${megabytes(freeBytes)} free` }));
    const engineSaid = (valueOf(seen.containers) ?? []).flatMap(({ name, inspect }) =>
      inspect !== null && FULL.test(inspect.State.Error)
        ? [{ from: `docker inspect ${name}`, text: inspect.State.Error }]
        : [],
    );
    const lines = lineEvidence(gatewayLines(seen), FULL);
    const database = lineEvidence(startLines(seen), NO_DATABASE, 'log of the gateway', 1);
    const evidence = [...low, ...engineSaid, ...lines, ...database];
    if (evidence.length === 0) return [];
    return [
      {
        cause:
          low.length > 0
            ? 'The disk that the deployment writes to is nearly full.'
            : lines.length + engineSaid.length > 0
              ? 'Something that the gateway writes to was full: its state volume, or one of its folders in memory.'
              : 'OpenClaw could not make or open its database: mostly because the volume of its state is full.',
        evidence,
        fix: [
          'See what takes the space, and free some:',
          '  docker system df',
          '  df -h',
          ...(gatewayOf(seen)?.inspect?.State.Running === true
            ? [`  docker exec ${gatewayOf(seen)?.name} df -h`]
            : []),
          '  docker image prune',
          ...mend(
            seen,
            ['Then start it again:', command(seen, 'up')],
            [`Then start it again:`, `  docker restart ${gatewayOf(seen)?.name ?? seen.target.name}`],
          ),
        ],
      },
    ];
  },
};
