import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { completionOf, eventsOf } from './completions.ts';
import type { CompletionRequest, HostileConversation } from './conversation.ts';

/**
 * A model, spoken to as OpenAI's. On every address of its network namespace, so that it is also something internal that a
 * tool could be made to open. Resolves when it listens.
 */
export function listenAsModel(
  port: number,
  page: string,
  conversation: HostileConversation,
): Promise<Server> {
  const server = createServer((request, response) => {
    attend(request, response, page, conversation).catch(() => response.destroy());
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '0.0.0.0', port }, () => resolve(server));
  });
}

async function attend(
  request: IncomingMessage,
  response: ServerResponse,
  page: string,
  conversation: HostileConversation,
): Promise<void> {
  if (request.method !== 'POST') {
    send(
      response,
      'text/html',
      `<html><head><title>${page}</title></head><body><p>${page}</p></body></html>`,
    );
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
