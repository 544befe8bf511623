import { builtImage, docker, TEST_LABEL, tryDocker } from './docker-cli.ts';
import { waitFor } from './wait-for.ts';

/** Ports of the canary: HTTP, and TCP that greets. */
export const CANARY_HTTP = 80;
export const CANARY_TCP = 8443;

/** A host of the test's own that notes everybody who reaches it. */
export interface Canary {
  address: string;
  /** One line a connection or request, as "tcp FROM" or "GET /path FROM". */
  visits(): Promise<string[]>;
  remove(): Promise<void>;
}

interface CanaryOptions {
  name: string;
  network: string;
  /** DNS names that Docker's resolver gives for it on that network. */
  aliases?: string[];
  /** A fixed address. */
  address?: string;
}

const SCRIPT = `
const { createServer } = require('node:net');
const note = (text, socket) => console.log(text + ' ' + socket.remoteAddress.replace('::ffff:', ''));
require('node:http').createServer((request, response) => {
  note(request.method + ' ' + request.url, request.socket);
  response.end('canary over http\\n');
}).listen(${CANARY_HTTP});
createServer((socket) => {
  note('tcp', socket);
  socket.on('error', () => undefined);
  socket.end('canary over tcp\\n');
}).listen(${CANARY_TCP}, () => console.log('listening'));
`;

/** Starts it as a container on a Docker network; nothing on the host or beyond is involved. */
export async function startCanary(options: CanaryOptions): Promise<Canary> {
  const { name, network, aliases = [], address } = options;
  await tryDocker(['rm', '--force', name]);
  const fixed = address === undefined ? [] : ['--ip', address];
  const named = aliases.flatMap((alias) => ['--network-alias', alias]);
  const isolation = ['--label', TEST_LABEL, '--user', '0:0', '--network', network, ...fixed, ...named];
  const image = await builtImage('gateway');
  await docker(
    ['run', '--detach', '--init', '--name', name, ...isolation],
    ['--entrypoint', 'node', image, '--eval', SCRIPT],
  );
  const lines = async (): Promise<string[]> => (await docker('logs', name)).split('\n').filter(Boolean);
  await waitFor('the canary listens', 60, async () => (await lines()).includes('listening'));
  const format = `{{(index .NetworkSettings.Networks "${network}").IPAddress}}`;
  return {
    address: await docker('inspect', '--format', format, name),
    visits: async () => (await lines()).filter((line) => line !== 'listening'),
    remove: async () => void (await tryDocker(['rm', '--force', name])),
  };
}

/** Makes a network of the test's own, in place of one that a killed run left. */
export async function makeNetwork(
  name: string,
  ...flags: string[]
): Promise<{ remove: () => Promise<void> }> {
  await tryDocker(['network', 'rm', name]);
  await docker('network', 'create', '--label', TEST_LABEL, ...flags, name);
  return { remove: async () => void (await tryDocker(['network', 'rm', name])) };
}
