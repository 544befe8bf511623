import type { Service } from '../deployment/deployment.ts';

/** The words of a service's command line; a shell's line is split at white space. */
export function startWords(service: Service): string[] {
  return [...(service.entrypoint ?? []), ...(service.command ?? [])].flatMap((word) =>
    word.trim().split(/\s+/),
  );
}

/** Value of an option in either spelling, `--bind lan` or `--bind=lan`; undefined when it is not given. */
export function optionValue(service: Service, name: string): string | undefined {
  const words = startWords(service);
  const index = words.findIndex((word) => word === name || word.startsWith(`${name}=`));
  if (index === -1) return undefined;
  const word = words[index] ?? '';
  return (word === name ? (words[index + 1] ?? '') : word.slice(name.length + 1)).replaceAll(
    /^["']|["']$/g,
    '',
  );
}
