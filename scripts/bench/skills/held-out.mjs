// The held-out set: every attack in several variants, each in another cover. Made before the rules were written; the rules' own
// fixtures are in src/skills/rules. What it cannot say: it was written by people who know the same reports as the rules do.
import { agentAttacks } from './attack-agent.mjs';
import { hiddenAttacks } from './attack-hidden.mjs';
import { shellAttacks } from './attack-shell.mjs';
import { stealAttacks } from './attack-steal.mjs';
import { cover } from './covers.mjs';
import { createRandom } from './random.mjs';

const ATTACKS = { ...shellAttacks, ...stealAttacks, ...agentAttacks, ...hiddenAttacks };

/** @returns [{ id, attack, name, files: { path: text or bytes } }], the same for the same seed */
export function heldOut(seed = 20_261_122, variants = 8) {
  return Object.entries(ATTACKS).flatMap(([attack, make], place) =>
    Array.from({ length: variants }, (_, variant) => {
      const random = createRandom(seed + place * 1000 + variant);
      return { id: `${attack}-${variant}`, attack, ...make(cover(random), random) };
    }),
  );
}
