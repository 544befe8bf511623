import type { Recovered } from '../operate/change/run-change.ts';

/**
 * What `recover` prints. Pure.
 * @param recovered null where nothing was interrupted
 * @param running of the gateway; null where nobody asked
 */
export function recoverText(recovered: Recovered | null, running: boolean | null): string {
  if (recovered === null) return 'Nothing was interrupted here; there is nothing to recover.\n';
  const ended = `"clawproof ${recovered.name}", begun ${recovered.since}, was ${recovered.ended}.\n`;
  return running === false ? `${ended}The gateway does not run now. To start it: clawproof up\n` : ended;
}
