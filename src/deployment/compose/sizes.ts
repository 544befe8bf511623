const sizePattern = /^(\d+(?:\.\d+)?)\s*(?:([kmgtp])i?b?|b)?$/i;
const exponents: Record<string, number> = { k: 1, m: 2, g: 3, t: 4, p: 5 };

/**
 * A size as Compose and the engine read it: a number of bytes or a number with a binary unit (k, m, g, t, p with an
 * optional b or ib, any case).
 * @returns whole bytes; undefined when it is not a size.
 */
export function parseSize(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) && value >= 0 ? Math.floor(value) : undefined;
  if (typeof value !== 'string') return undefined;
  const match = sizePattern.exec(value.trim());
  if (!match) return undefined;
  const exponent = exponents[(match[2] ?? '').toLowerCase()] ?? 0;
  return Math.floor(Number(match[1]) * 1024 ** exponent);
}
