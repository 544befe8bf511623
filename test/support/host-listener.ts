import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

const CONNECT_MS = 5000;

/** A listener on every address of this host, IPv4 and IPv6. */
export interface HostListener {
  port: number;
  /** Connections that arrived. */
  accepted(): number;
  close(): Promise<void>;
}

export async function listenEverywhere(): Promise<HostListener> {
  let accepted = 0;
  const server = createServer((socket) => {
    accepted += 1;
    socket.on('error', () => undefined);
    socket.end('hello from the host\n');
  });
  // Both families; where the host has no IPv6, "::" is refused.
  await listen('::').catch(() => listen('0.0.0.0'));
  return {
    port: (server.address() as AddressInfo).port,
    accepted: () => accepted,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };

  function listen(host: string): Promise<void> {
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host, port: 0 }, resolve);
    });
  }
}

/** "connected", or the code of the error that a TCP connection ends with. */
export function connects(host: string, port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: CONNECT_MS });
    const end = (result: string): void => {
      socket.destroy();
      resolve(result);
    };
    socket.once('connect', () => end('connected'));
    socket.once('timeout', () => end('ETIMEDOUT'));
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
  });
}
