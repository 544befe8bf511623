import { type AddressInfo, createServer } from 'node:net';
import type { CanaryNames, ControlRequest } from './options.ts';
import type { Visit } from './visit.ts';

export interface ControlAnswers {
  visits(): Visit[];
  setNames(names: CanaryNames): void;
}

/** Answers questions of ours: one JSON line in, one JSON line out. Resolves with its port. */
export function listenControl(port: number, answers: ControlAnswers): Promise<number> {
  const server = createServer((socket) => {
    let text = '';
    socket.setEncoding('utf8');
    socket.on('error', () => socket.destroy());
    socket.on('data', (data: string) => {
      text += data;
      if (!text.includes('\n')) return;
      socket.end(`${JSON.stringify(answer(text, answers))}\n`);
    });
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port }, () => resolve((server.address() as AddressInfo).port));
  });
}

function answer(text: string, answers: ControlAnswers): unknown {
  try {
    const request = JSON.parse(text) as ControlRequest;
    if (request.ask === 'visits') return { visits: answers.visits() };
    answers.setNames(request.names);
    return { done: true };
  } catch (error) {
    return { error: String(error) };
  }
}
