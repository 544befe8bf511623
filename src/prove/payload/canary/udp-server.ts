import { createSocket, type Socket } from 'node:dgram';
import { markerIn, type Note, plainAddress } from './visit.ts';

/** What listeners of ours answer, with the marker behind it. */
export const GREETING = 'clawproof listener';

/** A socket on every address, for both families where the kernel has both. */
export async function openUdp(port: number): Promise<Socket> {
  return open('udp6', port).catch(() => open('udp4', port));
}

/** Notes whatever comes, and answers it unless it is to be silent. Resolves with the port that it got. */
export async function listenUdp(port: number, own: string, note: Note, silent = false): Promise<number> {
  const socket = await openUdp(port);
  const actual = socket.address().port;
  socket.on('message', (message, from) => {
    const marker = markerIn(message.toString('latin1'));
    note({
      via: 'udp',
      from: plainAddress(from.address),
      to: own,
      port: actual,
      ...(marker === undefined ? {} : { marker }),
    });
    if (!silent) socket.send(`${GREETING} ${marker ?? ''}`, from.port, from.address, () => undefined);
  });
  return actual;
}

function open(type: 'udp4' | 'udp6', port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createSocket({ type });
    socket.once('error', reject);
    socket.bind(port, () => {
      socket.off('error', reject);
      socket.on('error', () => undefined);
      resolve(socket);
    });
  });
}
