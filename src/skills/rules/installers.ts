import type { Layer } from '../types.ts';
import { isBareAddress, URL } from './addresses.ts';

/**
 * Hosts from which only the makers of well-known programs serve, such as installers. Named exactly: a part of a name can be
 * registered by anybody.
 */
const HOSTS = new Set([
  'astral.sh',
  'bootstrap.pypa.io',
  'bun.com',
  'bun.sh',
  'clawd.bot',
  'cli.github.com',
  'deb.nodesource.com',
  'dot.net',
  'fly.io',
  'fnm.vercel.app',
  'foundry.paradigm.xyz',
  'get.docker.com',
  'get.helm.sh',
  'get.pnpm.io',
  'get.sdkman.io',
  'get.volta.sh',
  'install.determinate.systems',
  'install.meteor.com',
  'install.python-poetry.org',
  'just.systems',
  'micro.mamba.pm',
  'mise.jdx.dev',
  'mise.run',
  'molt.bot',
  'nixos.org',
  'ollama.ai',
  'ollama.com',
  'openclaw.ai',
  'pixi.sh',
  'railway.app',
  'railway.com',
  'rclone.org',
  'release.anza.xyz',
  'release.solana.com',
  'rpm.nodesource.com',
  'sdk.cloud.google.com',
  'setup.atuin.sh',
  'sh.rustup.rs',
  'starship.rs',
  'tailscale.com',
]);

/** Hosts on which others have pages, too: only these paths are their own. */
const PATHS: Readonly<Record<string, RegExp>> = {
  'aka.ms': /^\/InstallAzureCLI(?:Deb|Linux)?$/i,
  'claude.ai': /^\/install\.(?:sh|ps1|cmd)$/,
  'cursor.com': /^\/install$/,
  'deno.land': /^\/(?:x\/install\/)?install\.(?:sh|ps1)$/,
  'proton.me': /^\/download\//,
  'raw.githubusercontent.com':
    /^\/(?:Homebrew|nvm-sh|rvm|pyenv|ohmyzsh|helm|tailscale|astral-sh|denoland|oven-sh)\//,
};

/** True for an address, in full, at which the installer of a well-known program is; still worth a look, but no sign of an attack. */
export function isKnownInstaller(url: string): boolean {
  // No port, no user and no backslash: "https://sh.rustup.rs:443@x.example" leads to x.example.
  const [, host = '', path = '/'] = /^https:\/\/([a-z0-9.-]+)(\/[^?#\\]*)?(?:[?#]|$)/i.exec(url) ?? [];
  if (host === '' || isBareAddress(url) || /(?:^|\/)\.\.(?:\/|$)/.test(path)) return false;
  const name = host.toLowerCase();
  return HOSTS.has(name) || (Object.hasOwn(PATHS, name) && PATHS[name]?.test(path) === true);
}

/** True where all addresses of a text are such ones, and there is one. */
export function namesOnlyInstallers(text: string): boolean {
  const urls = [...text.matchAll(new RegExp(URL, 'gi'))].map(([url]) => url);
  return urls.length > 0 && urls.every(isKnownInstaller);
}

/** What makes an address lead elsewhere, or anybody answer for it. */
const ELSEWHERE =
  /(?:^|\s)(?:-[a-zA-Z]*[kKx][a-zA-Z]*\b|--(?:insecure|config|proxy|preproxy|socks\w*|resolve|connect-to|cacert|capath|doh-url|unix-socket|abstract-unix-socket|no-check-certificate|ca-certificate|ca-directory|input-file|execute)\b|-[eiU]\s)/;
/** Programs of the same names, made by the text itself. */
const OWN_PROGRAM =
  /\b(?:curl|wget|aria2c)\s*\(\s*\)|\balias\s+(?:curl|wget)=|\b(?:curl|wget)rc\b|CURL_(?:HOME|CA_BUNDLE)|SSL_CERT_FILE/;
const SAVES = /^\s*(?:sudo\s+)?tee\s+[\w./-]{1,80}\s*$/;
/** An address of another kind, or one that is put in when it runs. */
const OTHER_ADDRESS = /:\/\/|[$[\]]/;
/** A name of a host without "https://". */
const BARE_NAME = /(?:^|\s)["']?\w[\w-]{0,62}(?:\.[\w-]{1,63}){1,8}(?:[:/]|["']?(?:\s|$))/;

/**
 * True where all that a command fetches and runs is the installer of a well-known program. What only has such an address in it,
 * beside another, is not.
 * @param command from the program that fetches, or the shell around it, on
 */
export function fetchesInstaller({ original, hidden }: Layer, command: string): boolean {
  if (hidden.some((by) => by !== 'split words') || OWN_PROGRAM.test(original)) return false;
  const fetches = fetchPart(command);
  if (fetches === null || !namesOnlyInstallers(fetches) || ELSEWHERE.test(fetches)) return false;
  const urls = fetches.match(new RegExp(URL, 'gi')) ?? [];
  // Letters that look like others were replaced in what is read: the file has to say it as it is.
  const others = withoutUrls(fetches);
  return (
    urls.every((url) => original.includes(url)) && !BARE_NAME.test(others) && !OTHER_ADDRESS.test(others)
  );
}

function withoutUrls(text: string): string {
  return text.replace(new RegExp(`["']?${URL}["']?`, 'gi'), ' ');
}

/** Words of the program that fetches; null where something else has a part in what is run. */
function fetchPart(command: string): string | null {
  const inner = /(?:\$\(|\x60|<\()\s*([^\n]*)/.exec(command)?.[1];
  if (inner === undefined) {
    const [first = '', ...others] = command.split('|');
    return /[(){};]/.test(withoutUrls(first)) || !others.slice(0, -1).every((part) => SAVES.test(part))
      ? null
      : first;
  }
  const end = withoutQuotedUrls(inner).search(/[)\x60|;&]/);
  if (end === -1) return null;
  const part = inner.slice(0, end);
  return /[)\x60]/.test(inner[end] ?? '') ? part : null;
}

/** As long as it was, so that places stay. */
function withoutQuotedUrls(text: string): string {
  return text.replace(new RegExp(URL, 'gi'), (url) => '-'.repeat(url.length));
}
