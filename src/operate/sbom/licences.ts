/** How CycloneDX writes licences: by SPDX id or name, or all of them as one expression. */
export type LicenceChoice = { license: { id: string } | { name: string } } | { expression: string };

/** Ids of SPDX that packages use, from before 2020: every copy of SPDX's list has them, that of the document's schema too. */
const SPDX_IDS = new Set(
  (
    '0BSD AFL-2.1 AGPL-3.0-only AGPL-3.0-or-later Apache-2.0 Artistic-2.0 BlueOak-1.0.0 BSD-2-Clause BSD-3-Clause BSL-1.0 ' +
    'CC-BY-3.0 CC-BY-4.0 CC-BY-SA-4.0 CC0-1.0 EPL-2.0 EUPL-1.2 GPL-2.0-only GPL-2.0-or-later GPL-3.0-only GPL-3.0-or-later ' +
    'ISC LGPL-2.1-only LGPL-2.1-or-later LGPL-3.0-only LGPL-3.0-or-later MIT MIT-0 MPL-2.0 MS-PL OFL-1.1 Python-2.0 Unicode-DFS-2016 ' +
    'Unlicense UPL-1.0 WTFPL X11 Zlib'
  ).split(' '),
);
const MAX_DEPTH = 8;

/** The licence that an npm package names; none for null. What is not made of SPDX's ids goes as its own words. */
export function npmLicences(written: string | null): LicenceChoice[] {
  if (written === null) return [];
  if (SPDX_IDS.has(written)) return [{ license: { id: written } }];
  return [isExpression(written) ? { expression: written } : { license: { name: written } }];
}

/** Debian's short names are its own: nearly SPDX's, and not the same. */
export function debianLicences(names: readonly string[]): LicenceChoice[] {
  return names.map((name) => ({ license: { name } }));
}

/** True for ids joined with AND and OR, in brackets or without. */
function isExpression(text: string): boolean {
  let rest = text;
  for (let depth = 0; depth <= MAX_DEPTH; depth += 1) {
    // An innermost pair of brackets with an expression in it counts as one id.
    const shorter = rest.replaceAll(/\(([^()]*)\)/g, (all, inner: string) => (isFlat(inner) ? ' MIT ' : all));
    if (shorter === rest) return isFlat(rest);
    rest = shorter;
  }
  return false;
}

function isFlat(text: string): boolean {
  const words = text.trim().split(/\s+/);
  return (
    words.length % 2 === 1 &&
    words.every((word, index) => (index % 2 === 0 ? SPDX_IDS.has(word) : /^(?:AND|OR)$/.test(word)))
  );
}
