import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { hasLinkAddress } from './own-network.ts';
import { afterFair } from './fair-timer.ts';

export interface Target {
  host: string;
  port: number;
}

/** How a connection ended: "connected", "timeout", or the kernel's code. */
export interface TcpResult extends Target {
  code: string;
  ms: number;
  /** Beginning of what came back. */
  text?: string;
}

const DEFAULT_MS = 1500;
const MOST_TEXT = 300;

/**
 * Connects everywhere at once. Without `send` nothing is sent: the connection is closed as soon as it stands.
 * @param params.settleMs how long to wait for addresses of the link, which the kernel looks at before they may be used
 */
export async function tcp(params: {
  targets: readonly Target[];
  send?: string;
  timeoutMs?: number;
  settleMs?: number;
}): Promise<TcpResult[]> {
  const until = performance.now() + (params.settleMs ?? 0);
  const settled = async (target: Target): Promise<TcpResult> => {
    for (;;) {
      const result = await connectOnce(target, params.send, params.timeoutMs);
      if (result.code !== 'EADDRNOTAVAIL' || performance.now() > until || !hasLinkAddress()) return result;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  };
  return Promise.all(params.targets.map(settled));
}

function connectOnce(target: Target, send: string | undefined, timeoutMs = DEFAULT_MS): Promise<TcpResult> {
  const began = performance.now();
  return new Promise((resolve) => {
    const socket = connect({ host: target.host, port: target.port });
    let code = 'timeout';
    let text = '';
    const end = (): void => {
      stop();
      socket.destroy();
      const ms = Math.round(performance.now() - began);
      resolve({ ...target, code, ms, ...(text === '' ? {} : { text: text.slice(0, MOST_TEXT) }) });
    };
    const stop = afterFair(timeoutMs, end);
    socket.once('error', (error) => {
      if (code !== 'connected') code = codeOf(error);
      end();
    });
    socket.once('connect', () => {
      code = 'connected';
      if (send === undefined) end();
      else socket.write(send);
    });
    socket.on('data', (data) => (text += data.toString('latin1')));
    socket.once('close', end);
  });
}

/** Waits until something listens there. The attempt's time limit ends the wait. */
export async function awaitPort(params: Target): Promise<{ ms: number }> {
  const began = performance.now();
  while ((await connectOnce(params, undefined, 500)).code !== 'connected')
    await new Promise((resolve) => setTimeout(resolve, 50));
  return { ms: Math.round(performance.now() - began) };
}

/** Opens TLS connections with a name; a canary answers none of them, so "refused" means that it was reached. */
export async function tls(params: {
  targets: readonly Target[];
  name: string;
  timeoutMs?: number;
}): Promise<TcpResult[]> {
  return Promise.all(
    params.targets.map(({ host, port }) => handshake({ host, port }, params.name, params.timeoutMs)),
  );
}

function handshake(target: Target, servername: string, timeoutMs = DEFAULT_MS): Promise<TcpResult> {
  const began = performance.now();
  return new Promise((resolve) => {
    // Nothing is ever sent through it: whose certificate it is does not matter.
    const socket = connectTls({ ...target, servername, rejectUnauthorized: false });
    const end = (code: string): void => {
      stop();
      socket.destroy();
      resolve({ ...target, code, ms: Math.round(performance.now() - began) });
    };
    const stop = afterFair(timeoutMs, () => end('timeout'));
    let isOpen = false;
    socket.once('connect', () => (isOpen = true));
    socket.once('secureConnect', () => end('connected'));
    socket.once('error', (error) => end(isOpen ? 'refused' : codeOf(error)));
    socket.once('close', () => end(isOpen ? 'refused' : 'closed'));
  });
}

export function codeOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
}
