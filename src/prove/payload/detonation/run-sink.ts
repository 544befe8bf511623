import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { openUdp } from '../canary/udp-server.ts';
import { NameServer } from '../canary/dns-server.ts';
import { type SinkOptions, type SinkReady, type SinkSeen, PROGRAM_PORT } from './record.ts';
import { Records } from './records.ts';
import { SinkTcp } from './sink-tcp.ts';

/** Ports are opened in groups: each takes a moment of the kernel's, all at once too much memory. */
const GROUP = 512;
/** Files that stay for connections. */
const SPARE_FILES = 1500;

/**
 * Answers every name, and every address that leads here, on as many ports as it may; keeps what came until it is killed.
 * @param file with the options as JSON
 */
export async function runSink(file: string): Promise<void> {
  const options = JSON.parse(readFileSync(file, 'utf8')) as SinkOptions;
  const records = new Records();
  const tcp = new SinkTcp(records, options.authority, options.address);
  const names = nameServer(records, options.address);
  await names.listenUdp(53);
  await listenForNames(names);
  const udp = await Promise.all(options.udp.map((port) => listenUdp(port, records)));
  const ports = [...new Set([PROGRAM_PORT, ...options.ports, ...upTo(65_535)])].filter((port) => port !== 53);
  const most = Math.min(options.mostPorts, openFiles() - SPARE_FILES);
  let listening = 0;
  for (let at = 0; at < Math.min(most, ports.length); at += GROUP) {
    const group = ports.slice(at, Math.min(at + GROUP, most)).filter((port) => port !== options.control);
    const done = await Promise.all(group.map((port) => tcp.listen(port)));
    listening += done.filter(Boolean).length;
  }
  await listenControl(options.control, records);
  surviveVisitors(records);
  const ready: SinkReady = { tcp: listening, udp: udp.length };
  writeFileSync(`${options.readyFile}.new`, JSON.stringify(ready));
  renameSync(`${options.readyFile}.new`, options.readyFile);
}

/** Whatever a visitor breaks is only this visit, and counts as one that was not seen. */
function surviveVisitors(records: Records): void {
  for (const event of ['uncaughtException', 'unhandledRejection'] as const)
    process.on(event, () => {
      records.dropped += 1;
    });
}

function upTo(last: number): number[] {
  return Array.from({ length: last }, (_, index) => index + 1);
}

function openFiles(): number {
  const limits = readFileSync('/proc/self/limits', 'utf8');
  const [, most = '1024'] = /^Max open files\s+\S+\s+(\S+)/m.exec(limits) ?? [];
  return most === 'unlimited' ? Number.MAX_SAFE_INTEGER : Number(most);
}

function nameServer(records: Records, address: string): NameServer {
  return new NameServer([address], (visit) => {
    records.add({ kind: 'name', to: '', port: 0, ...(visit.name === undefined ? {} : { name: visit.name }) });
    return { ms: 0, ...visit };
  });
}

function listenForNames(names: NameServer): Promise<void> {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    names.serve(socket);
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '0.0.0.0', port: 53 }, resolve);
  });
}

async function listenUdp(port: number, records: Records): Promise<void> {
  const socket = await openUdp(port);
  socket.on('message', (message) => {
    const visit = records.add({ kind: 'udp', to: '', port });
    visit.take(message);
    visit.done();
  });
}

/** One question, and one answer as JSON. */
function listenControl(port: number, records: Records): Promise<void> {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    const { all, dropped } = records;
    const seen: SinkSeen = { records: all, dropped, refused: refused(), now: Date.now() };
    socket.end(JSON.stringify(seen));
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port }, resolve);
  });
}

/** Of /proc/net/snmp: resets that the kernel sent because nobody listened, and datagrams to nobody. */
function refused(): number {
  const text = readFileSync('/proc/net/snmp', 'utf8');
  const column = (group: string, name: string): number => {
    const [names = [], values = []] = text
      .split('\n')
      .filter((line) => line.startsWith(`${group}: `))
      .map((line) => line.split(' '));
    return Number(values[names.indexOf(name)] ?? 0);
  };
  return column('Tcp', 'OutRsts') + column('Udp', 'NoPorts');
}
