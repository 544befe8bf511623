const UNITS: Record<string, number> = { b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 };

/** Sizes as Docker writes them, as a pattern for the JSON Schema: 2g, 1536m, 1.5 GiB, 2147483648. */
export const BYTES_PATTERN = '^[0-9]+(?:\\.[0-9]+)? ?(?:[bB]|[kKmMgGtT](?:[iI]?[bB])?)?$';

const SIZE = /^([0-9]+(?:\.[0-9]+)?) ?(?:b|([kmgt])(?:i?b)?)?$/i;

export const MIB = 1024 ** 2;

/**
 * Reads a size. Units are powers of 1024, as Docker reads them (1k = 1kb = 1KiB = 1024); no unit means bytes.
 * Returns whole bytes, or null when it is not a size, not a whole number of bytes, or too large to be exact.
 */
export function parseBytes(size: string | number): number | null {
  const bytes = typeof size === 'number' ? size : parseText(size);
  return bytes !== null && Number.isSafeInteger(bytes) && bytes >= 0 ? bytes : null;
}

function parseText(text: string): number | null {
  const match = SIZE.exec(text);
  if (!match) return null;
  return Number(match[1]) * (UNITS[(match[2] ?? 'b').toLowerCase()] ?? 1);
}

/** Writes bytes with the largest unit that keeps them exact: 2147483648 → "2g", 1610612736 → "1536m". */
export function formatBytes(bytes: number): string {
  for (const unit of ['t', 'g', 'm', 'k']) {
    const factor = UNITS[unit] ?? 1;
    if (bytes >= factor && bytes % factor === 0) return `${bytes / factor}${unit}`;
  }
  return `${bytes}b`;
}
