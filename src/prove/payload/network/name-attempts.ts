import { Resolver } from 'node:dns/promises';
import { connect } from 'node:net';
import { readAnswer, writeQuery } from '../canary/dns-message.ts';
import { codeOf, type Target } from './tcp-attempts.ts';
import { exchange } from './udp-attempts.ts';
import { afterFair } from './fair-timer.ts';

/** "answered" with addresses, "timeout", or the code of the refusal. */
export interface NameResult {
  name: string;
  code: string;
  addresses?: string[];
}

const DEFAULT_MS = 2000;

/** Asks the name servers of the container, as every program in it does. */
export async function resolve(params: {
  names: readonly string[];
  timeoutMs?: number;
}): Promise<NameResult[]> {
  const timeout = params.timeoutMs ?? DEFAULT_MS;
  return Promise.all(
    params.names.map(async (name): Promise<NameResult> => {
      const resolver = new Resolver({ timeout, tries: 1 });
      const limit = setTimeout(() => resolver.cancel(), timeout);
      try {
        return { name, code: 'answered', addresses: await resolver.resolve4(name) };
      } catch (error) {
        return { name, code: codeOf(error) };
      } finally {
        clearTimeout(limit);
      }
    }),
  );
}

/** Asks one name server directly, past those of the container. */
export async function ask(params: {
  server: Target;
  name: string;
  over: 'udp' | 'tcp';
  timeoutMs?: number;
}): Promise<NameResult> {
  const { server, name, over, timeoutMs = DEFAULT_MS } = params;
  const query = writeQuery(Math.floor(Math.random() * 0xffff), name);
  const { code, answer } =
    over === 'udp' ? await exchange(server, query, timeoutMs) : await exchangeTcp(server, query, timeoutMs);
  const read = answer === undefined ? null : readAnswer(answer);
  return { name, code: code === 'answered' && read === null ? 'EBADRESP' : code };
}

function exchangeTcp(
  server: Target,
  query: Buffer,
  timeoutMs: number,
): Promise<{ code: string; answer?: Buffer }> {
  return new Promise((done) => {
    const socket = connect({ host: server.host, port: server.port });
    let held = Buffer.alloc(0);
    const end = (code: string, answer?: Buffer): void => {
      stop();
      socket.destroy();
      done({ code, ...(answer === undefined ? {} : { answer }) });
    };
    const stop = afterFair(timeoutMs, () => end('timeout'));
    socket.once('error', (error) => end(codeOf(error)));
    socket.once('close', () => end('closed'));
    socket.once('connect', () => {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(query.length);
      socket.write(Buffer.concat([length, query]));
    });
    socket.on('data', (data: Buffer) => {
      held = Buffer.concat([held, data]);
      if (held.length >= 2 && held.length >= 2 + held.readUInt16BE(0)) end('answered', held.subarray(2));
    });
  });
}
