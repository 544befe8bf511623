const secondsPerUnit: Record<string, number> = {
  h: 3600,
  m: 60,
  s: 1,
  ms: 1e-3,
  us: 1e-6,
  µs: 1e-6,
  ns: 1e-9,
};
const partPattern = /(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g;

/**
 * A duration as Compose writes it: "90s", "1m30s", "500ms".
 * @returns seconds; undefined when it is not a duration.
 */
export function parseDuration(value: unknown): number | undefined {
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  if (text === '0') return 0;
  let seconds = 0;
  let consumed = 0;
  for (const match of text.matchAll(partPattern)) {
    if (match.index !== consumed) return undefined;
    seconds += Number(match[1]) * (secondsPerUnit[match[2] ?? ''] ?? Number.NaN);
    consumed += match[0].length;
  }
  return consumed === text.length && consumed > 0 ? seconds : undefined;
}
