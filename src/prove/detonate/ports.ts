/** TCP ports above the first thousands on which services, and those who want to be found by their own programs, listen. */
export const WELL_KNOWN: readonly number[] = [
  80, 443, 22, 21, 25, 110, 143, 465, 587, 853, 993, 995, 1080, 1337, 2375, 2376, 3000, 3128, 3306, 3333,
  4444, 4443, 5000, 5432, 5555, 5900, 6379, 6666, 6667, 6697, 7777, 8000, 8080, 8081, 8443, 8888, 9001, 9050,
  9090, 9200, 9999, 10_000, 11_211, 12_345, 13_337, 22_222, 25_565, 27_017, 28_017, 31_337, 33_060, 33_333,
  41_337, 44_444, 48_101, 50_000, 50_051, 51_820, 54_321, 55_555, 60_000, 61_616, 65_000, 65_535,
];

export const UDP_PORTS: readonly number[] = [
  69, 80, 123, 161, 443, 500, 514, 1194, 1900, 3478, 4444, 4500, 5060, 5353, 8080, 9999, 31_337, 51_820,
];

/** Numbers in texts that can be ports: somebody who names one may use it. */
export function namedPorts(texts: readonly string[]): number[] {
  const found = new Set<number>();
  for (const text of texts)
    for (const [digits] of text.slice(0, 1_000_000).matchAll(/(?<!\d)\d{2,5}(?!\d)/g)) {
      const port = Number(digits);
      if (port > 0 && port < 65_536 && found.size < 2000) found.add(port);
    }
  return [...found];
}
