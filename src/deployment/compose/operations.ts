import type { Service } from '../deployment.ts';
import { parseDuration } from './durations.ts';
import { parseSize } from './sizes.ts';
import { asMap, asText, isMap, parseBoolean, parseTexts, type YamlMap } from './values.ts';

type Limits = NonNullable<Service['limits']>;

/**
 * Limits of a service, from `deploy.resources.limits` and from the older `mem_limit`, `cpus` and `pids_limit`. Zero and
 * minus one mean no limit.
 * @returns undefined when one of them cannot be understood.
 */
export function parseLimits(service: YamlMap): Limits | undefined {
  const declared = asMap(asMap(asMap(service['deploy'])['resources'])['limits']);
  const numbers: [keyof Limits, unknown, (value: unknown) => number | undefined][] = [
    ['memoryBytes', declared['memory'] ?? service['mem_limit'], parseSize],
    ['memorySwapBytes', service['memswap_limit'], parseSwap],
    ['cpus', declared['cpus'] ?? service['cpus'], parseNumber],
    ['pids', declared['pids'] ?? service['pids_limit'], parseNumber],
    ['openFiles', openFiles(service), parseNumber],
  ];
  const limits: Limits = {};
  for (const [name, value, parse] of numbers) {
    if (value === undefined || value === null) continue;
    const number = parse(value);
    if (number === undefined) return undefined;
    if (number > 0 || (name === 'memorySwapBytes' && number === -1)) limits[name] = number;
  }
  return limits;
}

/** -1 is unlimited swap and must be told apart from an unset value. */
function parseSwap(value: unknown): number | undefined {
  return String(value) === '-1' ? -1 : parseSize(value);
}

function parseNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

function openFiles(service: YamlMap): unknown {
  const nofile = asMap(service['ulimits'])['nofile'];
  return isMap(nofile) ? nofile['hard'] : nofile;
}

/** Driver and rotation; an empty object when nothing is asked for and the engine's own settings hold. */
export function parseLogging(value: unknown): NonNullable<Service['logging']> | undefined {
  if (value === undefined || value === null) return {};
  if (!isMap(value)) return undefined;
  const options = asMap(value['options']);
  const found = {
    driver: asText(value['driver']),
    maxSize: asText(options['max-size']),
    maxFile: asText(options['max-file']),
  };
  return Object.fromEntries(Object.entries(found).filter(([, text]) => text !== undefined));
}

/** The health check; undefined when the file says nothing, for then the image decides. */
export function parseHealthcheck(value: unknown): NonNullable<Service['healthcheck']> | undefined {
  if (!isMap(value)) return undefined;
  const written = value['test'];
  const test = typeof written === 'string' ? ['CMD-SHELL', written] : (parseTexts(written) ?? []);
  const healthcheck: NonNullable<Service['healthcheck']> = {
    test,
    disabled: parseBoolean(value['disable']) === true || test[0] === 'NONE',
  };
  const interval = parseDuration(value['interval']);
  if (interval !== undefined) healthcheck.intervalSeconds = interval;
  const timeout = parseDuration(value['timeout']);
  if (timeout !== undefined) healthcheck.timeoutSeconds = timeout;
  const retries = parseNumber(value['retries']);
  if (retries !== undefined) healthcheck.retries = retries;
  return healthcheck;
}
