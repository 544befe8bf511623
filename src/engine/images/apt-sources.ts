/** One line or stanza of apt's sources, as far as it matters here. */
export interface AptSource {
  uri: string;
  suite: string;
  components: string[];
  /** Path of the keyring it is trusted by; null when it names none. */
  signedBy: string | null;
}

/** Where Debian's packages for a suite come from on this machine. */
export interface DebianMirrors {
  main: string;
  updates: string | null;
  security: string | null;
}

const SUITE =
  /^(buster|bullseye|bookworm|trixie|forky|duke|sid|oldoldstable|oldstable|stable|testing|unstable)(?:(-updates|-security|\/updates))?$/;

/** Reads sources.list: one source a line. */
export function parseOneLineSources(text: string): AptSource[] {
  return text.split('\n').flatMap((line) => {
    const match = /^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s*([^#]*)/.exec(line);
    if (!match) return [];
    const [, options = '', uri = '', suite = '', rest = ''] = match;
    const signedBy = /(?:^|\s)signed-by=(\S+)/i.exec(options)?.[1] ?? null;
    return [{ uri, suite, components: rest.split(/\s+/).filter(Boolean), signedBy }];
  });
}

/** Reads *.sources: stanzas of "Field: value", continued on indented lines. */
export function parseDeb822Sources(text: string): AptSource[] {
  const bare = text.split(/\r?\n/).filter((line) => !line.startsWith('#'));
  return bare
    .join('\n')
    .split(/\n\s*\n/)
    .flatMap((stanza) => {
      const fields = stanzaFields(stanza);
      const words = (name: string): string[] => (fields.get(name) ?? '').split(/\s+/).filter(Boolean);
      if (!words('types').includes('deb') || /^(no|false|0|off)$/i.test(fields.get('enabled')?.trim() ?? ''))
        return [];
      const signed = fields.get('signed-by')?.trim() ?? '';
      // A key may stand in the stanza itself; then it is no Debian keyring either.
      const signedBy = signed === '' ? null : signed;
      return words('uris').flatMap((uri) =>
        words('suites').map((suite) => ({ uri, suite, components: words('components'), signedBy })),
      );
    });
}

function stanzaFields(stanza: string): Map<string, string> {
  const fields = new Map<string, string>();
  let current = '';
  for (const line of stanza.split('\n')) {
    const match = /^([A-Za-z][A-Za-z0-9-]*):(.*)$/.exec(line);
    if (match?.[1]) {
      current = match[1].toLowerCase();
      fields.set(current, match[2] ?? '');
    } else if (current !== '' && /^\s/.test(line)) {
      fields.set(current, `${fields.get(current) ?? ''}\n${line}`);
    }
  }
  return fields;
}

/**
 * Picks Debian's own archives out of a machine's sources: by the names of their suites, the component main, and a
 * keyring that is Debian's or not named. Null when the machine has none.
 */
export function chooseMirrors(sources: readonly AptSource[]): DebianMirrors | null {
  const found: Partial<Record<'main' | 'updates' | 'security', string>> = {};
  for (const source of sources) {
    const match = SUITE.exec(source.suite.replace(/\/$/, ''));
    if (!match || !mayBeDebian(source)) continue;
    const kind = match[2] === undefined ? 'main' : match[2] === '-updates' ? 'updates' : 'security';
    found[kind] ??= source.uri.replace(/\/+$/, '');
  }
  if (found.main === undefined) return null;
  return { main: found.main, updates: found.updates ?? null, security: found.security ?? null };
}

function mayBeDebian({ uri, components, signedBy }: AptSource): boolean {
  const foreignKey = signedBy !== null && !/\/debian-archive[^/]*$/.test(signedBy);
  return !foreignKey && components.includes('main') && /^https?:\/\//.test(uri);
}

/** sources.list of a base of `suite` that uses this machine's mirrors. */
export function formatSources(mirrors: DebianMirrors, suite: string): string {
  const lines = [`deb ${mirrors.main} ${suite} main`];
  if (mirrors.updates !== null) lines.push(`deb ${mirrors.updates} ${suite}-updates main`);
  if (mirrors.security !== null) lines.push(`deb ${mirrors.security} ${suite}-security main`);
  return `${lines.join('\n')}\n`;
}
