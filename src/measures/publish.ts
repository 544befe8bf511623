import type { Change } from './fix.ts';
import { remove, set, splitOutsideVariables, textAt, type ServiceView } from './fix-service.ts';
import { isSettings, type Settings } from './settings.ts';

/** True for an address of the host that only the host itself reaches. */
export function isLoopback(address: string | undefined): boolean {
  return (
    address !== undefined &&
    (/^127(?:\.\d{1,3}){3}$/.test(address) || /^(?:::|(?:0+:){7}|(?:0+:)+:)0*1$/.test(address))
  );
}

/**
 * Publishes one entry of `ports` on the loopback address only, in the syntax that it has and with the ports and variables
 * that it has. An entry that would then say the same as another one is removed.
 * @returns undefined for an entry that is not understood
 */
export function publishOnLoopback(view: ServiceView, entry: number): Change[] | undefined {
  const ports = view.data['ports'];
  if (!Array.isArray(ports) || entry >= ports.length) return undefined;
  const mine = boundEntry(view, ports, entry);
  if (mine === undefined) return undefined;
  const isThere = ports.some((_, other) => {
    const isEarlier = other < entry || isLoopbackEntry(ports[other]);
    return other !== entry && isEarlier && boundEntry(view, ports, other)?.says === mine.says;
  });
  return isThere ? [remove(view.at('ports', entry))] : [mine.change];
}

function boundEntry(
  view: ServiceView,
  ports: readonly unknown[],
  index: number,
): { change: Change; says: string } | undefined {
  const entry = ports[index];
  const path = view.at('ports', index);
  if (isSettings(entry)) {
    const address = loopbackFor(hostAddress(entry));
    const says = [address, entry['published'], entry['target'], entry['protocol'] ?? 'tcp'].join(' ');
    return { change: set([...path, 'host_ip'], address), says };
  }
  if (typeof entry !== 'string' && typeof entry !== 'number') return undefined;
  const value = String(entry);
  const text = withLoopback(textAt(view, value, 'ports', index)) ?? withLoopback(value);
  const plain = withLoopback(value);
  return text === undefined || plain === undefined
    ? undefined
    : { change: set(path, text), says: saysOf(plain) };
}

/** One form for what the long and the short syntax say alike. */
function saysOf(short: string): string {
  const [ports = '', protocol = 'tcp'] = short.split('/');
  const parts = ports.split(':');
  const container = parts.pop();
  const host = parts.pop();
  return [parts.join(':').replaceAll(/[[\]]/g, ''), host, container, protocol].join(' ');
}

function hostAddress(entry: Settings): string {
  const address = entry['host_ip'];
  return typeof address === 'string' ? address : '';
}

function isLoopbackEntry(entry: unknown): boolean {
  if (isSettings(entry)) return isLoopback(hostAddress(entry));
  return typeof entry === 'string' && (entry.startsWith('127.') || entry.startsWith('[::1]'));
}

/** [[ADDRESS:]HOST:]CONTAINER[/PROTOCOL] with the loopback address of the same family in front. */
function withLoopback(text: string): string | undefined {
  const parts = splitOutsideVariables(text, ':');
  const container = parts.pop() ?? '';
  const host = parts.pop();
  const address = parts.join(':');
  // A variable alone may hold all of it.
  if (host === undefined && !/^\d/.test(container)) return undefined;
  const loopback = loopbackFor(address);
  return `${loopback.includes(':') ? `[${loopback}]` : loopback}:${host ?? ''}:${container}`;
}

function loopbackFor(address: string): string {
  return address.includes(':') && !address.includes('${') ? '::1' : '127.0.0.1';
}
