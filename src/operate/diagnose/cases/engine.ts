import type { Case } from '../case.ts';
import { valueOf } from '../observations.ts';

/** The engine is missing, stopped, too old, or out of reach. */
export const engineUnusable: Case = {
  id: 'engine',
  title: 'Docker cannot be used as it is',
  symptom: 'Every command says that the engine does not answer, is too old, or may not be used.',
  looksAt: ['engine'],
  recognise(seen) {
    const engine = valueOf(seen.engine);
    if (engine === undefined) return [];
    return engine.missing
      .filter(({ id }) => id !== 'builder')
      .map(({ message, commands }) => ({
        cause: `${message.charAt(0).toUpperCase()}${message.slice(1)}.`,
        evidence: [
          {
            from: 'docker version and docker info',
            text: `engine ${engine.engine?.version ?? 'does not answer'} at ${engine.endpoint || 'no endpoint'}; docker program ${engine.docker?.version ?? 'not found'}; Compose ${engine.compose?.version ?? 'not found'}`,
          },
        ],
        fix: commands.map((line) =>
          /^(?:sudo |docker |systemctl |unset |type )/.test(line) ? `  ${line}` : line,
        ),
      }));
  },
};
