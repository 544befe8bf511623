import { asText, isMap, parseTexts } from './values.ts';

/**
 * `extra_hosts` in both syntaxes: `name:address` and `name=address`, or a map with one address or a list of them.
 * @returns undefined when one of them cannot be understood
 */
export function parseExtraHosts(value: unknown): [name: string, address: string][] | undefined {
  if (value === undefined || value === null) return [];
  if (isMap(value))
    return Object.entries(value).flatMap(([name, addresses]) =>
      (parseTexts(addresses) ?? []).map((address): [string, string] => [name, withoutBrackets(address)]),
    );
  const pairs = parseTexts(value)?.map((text): [string, string] | undefined => {
    const separator = text.includes('=') ? text.indexOf('=') : text.indexOf(':');
    return separator < 0 ? undefined : [text.slice(0, separator), withoutBrackets(text.slice(separator + 1))];
  });
  return pairs?.every((pair) => pair !== undefined) ? pairs : undefined;
}

function withoutBrackets(address: string): string {
  return asText(/^\[(.*)\]$/.exec(address)?.[1]) ?? address;
}
