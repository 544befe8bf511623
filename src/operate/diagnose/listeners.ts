import type { Files } from '../../ports/files.ts';

const LISTEN = '0A';

/** Addresses on which somebody on this host listens on one of these ports, as the kernel lists them. */
export async function listeningAddresses(
  files: Pick<Files, 'read'>,
  ports: ReadonlySet<number>,
): Promise<string[]> {
  const tables = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map((path) => files.read(path).catch(() => null)),
  );
  const found = tables.flatMap((text) => parseListeners(text ?? '')).filter(({ port }) => ports.has(port));
  return [...new Set(found.map(({ address, port }) => `${address}:${port}`))];
}

/** Lines of /proc/net/tcp and tcp6: the address in hex, each 32 bits in the byte order of the machine. */
export function parseListeners(text: string): { address: string; port: number }[] {
  return text.split('\n').flatMap((line) => {
    const match = /^\s*\d+: ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) \S+ ([0-9A-F]{2}) /.exec(line);
    if (match === null || match[3] !== LISTEN) return [];
    const [, hex = '', port = ''] = match;
    return [{ address: addressOf(hex), port: Number.parseInt(port, 16) }];
  });
}

function addressOf(hex: string): string {
  if (hex.length === 8) return bytesOf(hex).join('.');
  if (/^0{32}$/.test(hex)) return '[::]';
  if (hex === '00000000000000000000000001000000') return '[::1]';
  return '[an IPv6 address]';
}

function bytesOf(hex: string): number[] {
  const bytes = hex.match(/../g) ?? [];
  return bytes.toReversed().map((byte) => Number.parseInt(byte, 16));
}
