import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { codeOf, type Target } from './tcp-attempts.ts';
import { afterFair } from './fair-timer.ts';

/** "answered", "sent" when nothing came back, or the kernel's code. */
export interface UdpResult extends Target {
  code: string;
  text?: string;
}

const DEFAULT_MS = 1000;

/** Sends one datagram to each target at once and waits for answers. */
export async function udp(params: {
  targets: readonly Target[];
  send: string;
  timeoutMs?: number;
}): Promise<UdpResult[]> {
  return Promise.all(params.targets.map((target) => sendOnce(target, params.send, params.timeoutMs)));
}

function sendOnce(target: Target, text: string | Uint8Array, timeoutMs = DEFAULT_MS): Promise<UdpResult> {
  return exchange(target, text, timeoutMs).then(({ code, answer }) => ({
    ...target,
    code,
    ...(answer === undefined ? {} : { text: answer.toString('latin1').slice(0, 300) }),
  }));
}

export interface Exchange {
  code: string;
  answer?: Buffer;
}

/** One datagram and its answer. The socket is connected, so that refusals of the way there come back as codes. */
export function exchange(target: Target, message: string | Uint8Array, timeoutMs: number): Promise<Exchange> {
  return new Promise((resolve) => {
    const socket = createSocket(isIPv6(target.host.replace(/%.*$/, '')) ? 'udp6' : 'udp4');
    let code = 'unsent';
    const end = (result: Exchange): void => {
      stop();
      socket.removeAllListeners();
      socket.on('error', () => undefined);
      socket.close();
      resolve(result);
    };
    const stop = afterFair(timeoutMs, () => end({ code: code === 'sent' ? 'sent' : 'timeout' }));
    socket.once('error', (error) => end({ code: codeOf(error) }));
    socket.once('message', (answer) => end({ code: 'answered', answer }));
    socket.connect(target.port, target.host, (error?: Error) => {
      if (error) return end({ code: codeOf(error) });
      socket.send(message, (failure) => {
        if (failure) end({ code: codeOf(failure) });
        else code = 'sent';
      });
    });
  });
}
