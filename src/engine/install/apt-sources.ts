/** The package sources of apt, as far as they are needed to find Debian's own among them. Pure. */
export interface AptSource {
  uris: string[];
  suites: string[];
  components: string[];
  /** Further fields by their deb822 name: Signed-By, Architectures …; values may have several lines. */
  fields: Record<string, string>;
}

/** Names of options of the one-line format → deb822 fields. */
const FIELD_NAMES: Record<string, string> = {
  arch: 'Architectures',
  lang: 'Languages',
  target: 'Targets',
  pdiffs: 'PDiffs',
  'by-hash': 'By-Hash',
  'signed-by': 'Signed-By',
  'check-valid-until': 'Check-Valid-Until',
  'check-date': 'Check-Date',
};
/** Fields that are not carried over; those that switch signatures off least of all. */
const OWN_FIELDS = new Set([
  'types',
  'uris',
  'suites',
  'components',
  'enabled',
  'trusted',
  'allow-insecure',
  'allow-weak',
  'allow-downgrade-to-insecure',
]);
/** apt ignores files with other names. */
const SOURCE_FILE = /^[A-Za-z0-9_.-]+\.(?:list|sources)$/;

export function isSourceFile(name: string): boolean {
  return SOURCE_FILE.test(name);
}

/** Reads one file of sources; entries for source packages and disabled ones are left out. */
export function parseAptSources(text: string, format: 'list' | 'sources'): AptSource[] {
  return format === 'list' ? text.split('\n').flatMap(parseOneLine) : parseStanzas(text).flatMap(toSource);
}

/** deb [arch=amd64 signed-by=/x.gpg] http://host/debian bookworm main contrib # comment */
function parseOneLine(line: string): AptSource[] {
  const match = /^deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)((?:\s+[^#\s]+)*)\s*(?:#.*)?$/.exec(line.trim());
  if (match === null || match[2]?.startsWith('cdrom:')) return [];
  const fields: Record<string, string> = {};
  for (const option of (match[1] ?? '').split(/\s+/)) {
    const [name = '', ...value] = option.split('=');
    const field = FIELD_NAMES[name.toLowerCase()];
    if (field !== undefined) fields[field] = value.join('=').replaceAll(',', ' ');
  }
  return [{ uris: [match[2] ?? ''], suites: [match[3] ?? ''], components: words(match[4] ?? ''), fields }];
}

/** Paragraphs of "Field: value" with continuation lines; names are compared without case. */
function parseStanzas(text: string): Map<string, { name: string; value: string }>[] {
  const stanzas: Map<string, { name: string; value: string }>[] = [];
  let current = new Map<string, { name: string; value: string }>();
  let last: { name: string; value: string } | undefined;
  for (const line of [...text.split(/\r?\n/), '']) {
    if (line.startsWith('#')) continue;
    const field = /^([^\s:]+):\s*(.*)$/.exec(line);
    if (field) {
      last = { name: field[1] ?? '', value: (field[2] ?? '').trimEnd() };
      current.set(last.name.toLowerCase(), last);
    } else if (line.trim() === '') {
      if (current.size > 0) stanzas.push(current);
      current = new Map();
      last = undefined;
    } else if (last !== undefined) last.value += `\n${line.trimEnd()}`;
  }
  return stanzas;
}

function toSource(stanza: Map<string, { name: string; value: string }>): AptSource[] {
  const list = (name: string): string[] => words(stanza.get(name)?.value ?? '');
  const disabled = /^(?:no|false|0|off|without|disable)$/i.test(stanza.get('enabled')?.value ?? '');
  if (disabled || !list('types').includes('deb')) return [];
  const others = [...stanza].filter(([key]) => !OWN_FIELDS.has(key) && !key.startsWith('x-'));
  const fields = Object.fromEntries(others.map(([, { name, value }]) => [name, value]));
  return [{ uris: list('uris'), suites: list('suites'), components: list('components'), fields }];
}

/**
 * Debian's own sources for one release: its suites with the component main, signed by Debian's keyring or by the keys
 * that apt trusts anyway. Third parties name the same suites, but bring their own key or no `main`.
 */
export function debianSources(sources: readonly AptSource[], codename: string): AptSource[] {
  const ofRelease = (names: readonly string[]): AptSource[] => {
    const wanted = new Set(names.flatMap((name) => [name, `${name}-updates`, `${name}-security`]));
    return sources
      .map((source) => ({ ...source, suites: source.suites.filter((suite) => wanted.has(suite)) }))
      .filter(
        (source) =>
          source.suites.length > 0 && source.components.includes('main') && isSignedByDebian(source),
      );
  };
  const named = ofRelease([codename]);
  return named.length > 0 ? named : ofRelease(['stable', 'oldstable']);
}

/** Where another release of Debian is, going by where this one is; always with Debian's signature. Null when there is none. */
export function otherRelease(own: readonly AptSource[], codename: string, keyring: string): AptSource | null {
  const main = own.find((source) => source.suites.some((suite) => !/-(?:updates|security)$/.test(suite)));
  const uri = main?.uris[0];
  if (uri === undefined) return null;
  return { uris: [uri], suites: [codename], components: ['main'], fields: { 'Signed-By': keyring } };
}

/** Sources as a file that apt reads. */
export function renderAptSources(sources: readonly AptSource[]): string {
  return sources
    .map(({ uris, suites, components, fields }) => {
      const lines = [
        'Types: deb',
        `URIs: ${uris.join(' ')}`,
        `Suites: ${suites.join(' ')}`,
        `Components: ${components.join(' ')}`,
      ];
      return [...lines, ...Object.entries(fields).map(([name, value]) => `${name}: ${value}`)].join('\n');
    })
    .join('\n\n')
    .concat('\n');
}

function isSignedByDebian(source: AptSource): boolean {
  const signedBy = Object.entries(source.fields).find(([name]) => name.toLowerCase() === 'signed-by')?.[1];
  return signedBy === undefined || words(signedBy).every((path) => /\/debian-archive[^/]*$/.test(path));
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}
