import { existsSync, readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { CanaryNames, CanaryReady, ControlRequest } from '../canary/options.ts';
import { plainAddress, type Visit } from '../canary/visit.ts';

export interface Visits {
  visits: Visit[];
  /** ICMP echo requests that arrived in this network namespace; the kernel answers and counts them. */
  echoRequests: number;
}

/** Waits for the listener that runs beside this, and tells its ports. The attempt's time limit ends the wait. */
export async function listening(params: { readyFile: string }): Promise<CanaryReady> {
  while (!existsSync(params.readyFile)) await new Promise((resolve) => setTimeout(resolve, 20));
  return JSON.parse(readFileSync(params.readyFile, 'utf8')) as CanaryReady;
}

/** Who came to the listener that runs beside this, in the same network namespace. */
export async function visits(params: { control: number; markers?: readonly string[] }): Promise<Visits> {
  const { visits: all } = await askListener<{ visits: Visit[] }>(params.control, { ask: 'visits' });
  const { markers } = params;
  const found =
    markers === undefined
      ? all
      : all.filter(({ marker }) => marker !== undefined && markers.includes(marker));
  return { visits: found.slice(0, 500), echoRequests: echoRequests() };
}

/** Tells the canary what names lead to from now on. */
export async function answerNames(params: { control: number; names: CanaryNames }): Promise<unknown> {
  return askListener(params.control, { ask: 'answer', names: params.names });
}

function askListener<T>(port: number, request: ControlRequest): Promise<T> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port });
    let text = '';
    socket.setEncoding('utf8');
    socket.setTimeout(5000, () => socket.destroy(new Error('the listener does not answer')));
    socket.once('error', reject);
    socket.on('data', (data: string) => (text += data));
    socket.once('end', () => {
      try {
        resolve(JSON.parse(text) as T);
      } catch (error) {
        reject(error);
      }
    });
    socket.write(`${JSON.stringify(request)}\n`);
  });
}

function echoRequests(): number {
  const counted = (path: string, pattern: RegExp): number => {
    try {
      return Number(pattern.exec(readFileSync(path, 'utf8'))?.[1] ?? 0);
    } catch {
      return 0;
    }
  };
  const snmp = readColumn('Icmp', 'InEchos');
  return snmp + counted('/proc/net/snmp6', /^Icmp6InEchos\s+(\d+)/m);
}

/** A number of /proc/net/snmp, which names its columns in a line before each line of numbers. */
function readColumn(group: string, column: string): number {
  try {
    const lines = readFileSync('/proc/net/snmp', 'utf8')
      .split('\n')
      .filter((line) => line.startsWith(`${group}: `))
      .map((line) => line.split(/\s+/));
    const [names = [], values = []] = lines;
    return Number(values[names.indexOf(column)] ?? 0);
  } catch {
    return 0;
  }
}

/** Listens for a while in OpenClaw's place. Gives who came, and on which ports it could listen. */
export async function listenFor(params: {
  ports: readonly number[];
  ms: number;
}): Promise<{ listened: number[]; came: { from: string; port: number }[] }> {
  const came: { from: string; port: number }[] = [];
  const listened: number[] = [];
  const servers = params.ports.map((port) => {
    const server = createServer((socket) => {
      came.push({ from: plainAddress(socket.remoteAddress), port });
      socket.on('error', () => undefined);
      socket.end();
    });
    server.on('error', () => undefined);
    server.listen(port, () => listened.push(port));
    return server;
  });
  await new Promise((resolve) => setTimeout(resolve, params.ms));
  for (const server of servers) server.close();
  return { listened, came };
}
