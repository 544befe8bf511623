import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { completionOf, eventsOf } from './completions.ts';
import type { CompletionRequest, HostileConversation } from './conversation.ts';

/** A model on 127.0.0.1, spoken to as OpenAI's. Resolves when it listens. */
export function listenAsModel(port: number, conversation: HostileConversation): Promise<Server> {
  const server = createServer((request, response) => {
    attend(request, response, conversation).catch(() => response.destroy());
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port }, () => resolve(server));
  });
}

async function attend(
  request: IncomingMessage,
  response: ServerResponse,
  conversation: HostileConversation,
): Promise<void> {
  if (request.method !== 'POST') {
    send(response, 'application/json', JSON.stringify({ object: 'list', data: [{ id: 'hostile', object: 'model' }] }));
    return;
  }
  const body = JSON.parse(await textOf(request)) as CompletionRequest;
  const model = typeof body.model === 'string' ? body.model : 'hostile';
  const answer = conversation.answer(body);
  if (body.stream === true) send(response, 'text/event-stream', eventsOf(answer, model));
  else send(response, 'application/json', JSON.stringify(completionOf(answer, model)));
}

function send(response: ServerResponse, type: string, body: string): void {
  response.writeHead(200, { 'content-type': type }).end(body);
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
