import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { docker, inspectContainer, removeProject, tryDocker } from './docker-cli.ts';
import type { InspectedContainer } from './docker-cli.ts';
import { runCli, startCli } from './live-program.ts';
import type { Running, RunResult } from './run-program.ts';
import { waitFor } from './wait-for.ts';

export type Service = 'gateway' | 'egress' | 'ingress';

interface LiveOptions {
  /** Compose project; each test file has its own. */
  name: string;
  port: number;
  preset: 'baseline' | 'caged';
  /** Name of the deployment folder inside the temporary one. */
  folderName?: string;
  /** Starts without a clawproof.lock, as a new user does: which versions to use is then asked of npm. */
  unpinned?: boolean;
  /** Folder around the deployment's, made anew; a temporary one when absent. */
  parent?: string;
}

/** A request to the published port. */
interface Ask {
  token?: string;
  headers?: Record<string, string>;
}

/** A deployment of a test's own, driven through the built program. */
export interface LiveDeployment {
  name: string;
  /** Of the published port and of the clawproof.yaml that is written next. */
  port: number;
  folder: string;
  services: Service[];
  /** Writes clawproof.yaml anew: the deployment's own settings, and these. */
  writePolicy(changes?: Record<string, unknown>): void;
  /** Runs a command on this deployment. */
  cli(...args: string[]): Promise<RunResult>;
  startCli(...args: string[]): Running;
  /** `up` without its proof, which must succeed. */
  up(): Promise<RunResult>;
  token(): string;
  container(service: Service): Promise<InspectedContainer>;
  containers(): Promise<InspectedContainer[]>;
  /** Runs a program in a service's container, with what protects that container. */
  exec(service: Service, args: readonly string[], input?: string): Promise<RunResult>;
  /** Runs a Node script in the gateway container, as the gateway's user; gives the value that it prints as JSON. */
  inGateway<T>(script: string, input?: string): Promise<T>;
  /** Status of GET on the published port; null = no answer. */
  get(path: string): Promise<number | null>;
  /** Status of a tool call, which needs a token; null = no answer. */
  callTool(ask?: Ask): Promise<number | null>;
  waitUntilReady(seconds: number): Promise<void>;
  /** Ends everything that the project has in the engine, and the folder. */
  remove(): Promise<void>;
}

/** Makes the folder with its clawproof.yaml. */
export async function createLiveDeployment(options: LiveOptions): Promise<LiveDeployment> {
  const { name, preset } = options;
  const parent = await newParent(name, options.parent);
  const folder = join(parent, options.folderName ?? 'deployment');
  mkdirSync(folder, { recursive: true });
  if (options.unpinned !== true) copyPins(folder);
  const services: Service[] = preset === 'caged' ? ['gateway', 'egress', 'ingress'] : ['gateway'];
  const requests = requestsTo(() => deployment.port);

  const deployment: LiveDeployment = {
    name,
    port: options.port,
    folder,
    services,
    ...requests,
    writePolicy(changes = {}) {
      const own = { version: 1, preset, name, image: { source: 'build' }, access: { port: deployment.port } };
      // JSON is YAML.
      writeFileSync(join(folder, 'clawproof.yaml'), `${JSON.stringify({ ...own, ...changes }, null, 2)}\n`);
    },
    cli: (...args) => runCli(['-C', folder, ...args]),
    startCli: (...args) => startCli(['-C', folder, ...args]),
    async up() {
      const result = await deployment.cli('up', '--no-prove');
      if (result.code !== 0)
        throw new Error(`up ended with ${result.code}:\n${result.stderr}\n${result.stdout}`);
      return result;
    },
    token: () => readFileSync(join(folder, 'secrets/gateway_token'), 'utf8').trim(),
    container: (service) => inspectContainer(`${name}-${service}-1`),
    containers: () => Promise.all(services.map((service) => deployment.container(service))),
    exec: (service, args, input) => {
      const container = `${name}-${service}-1`;
      return tryDocker(['exec', ...(input === undefined ? [] : ['--interactive']), container, ...args], {
        ...(input === undefined ? {} : { input }),
        timeoutMs: 300_000,
      });
    },
    async inGateway<T>(script: string, input?: string) {
      const args = ['node', '--input-type=module', '--eval', script];
      const result = await deployment.exec('gateway', args, input ?? '');
      if (result.code !== 0) throw new Error(`in the gateway: ${result.stderr}\n${result.stdout}`);
      return JSON.parse(result.stdout) as T;
    },
    async waitUntilReady(seconds) {
      await waitFor('the gateway is ready', seconds, async () => (await requests.get('/readyz')) === 200);
    },
    async remove() {
      await removeProject(name);
      rmSync(parent, { recursive: true, force: true });
    },
  };
  deployment.writePolicy();
  return deployment;
}

/** Ends what an earlier, killed run left under this name. */
async function newParent(name: string, wanted: string | undefined): Promise<string> {
  await removeProject(name);
  const prefix = `clawproof-live-${name}-`;
  for (const entry of readdirSync(tmpdir()))
    if (entry.startsWith(prefix)) rmSync(join(tmpdir(), entry), { recursive: true, force: true });
  if (wanted === undefined) return mkdtempSync(join(tmpdir(), prefix));
  rmSync(wanted, { recursive: true, force: true });
  return wanted;
}

/** The pins of the images that are there, as if they came with the folder from version control. */
function copyPins(folder: string): void {
  for (const path of ['clawproof.lock', 'build/gateway/package-lock.json'])
    cpSync(join(inject('pinsFolder'), path), join(folder, path));
}

function requestsTo(port: () => number): Pick<LiveDeployment, 'get' | 'callTool'> {
  const status = async (path: string, init: RequestInit): Promise<number | null> => {
    try {
      const url = `http://127.0.0.1:${port()}${path}`;
      return (await fetch(url, { ...init, signal: AbortSignal.timeout(15_000) })).status;
    } catch {
      return null;
    }
  };
  return {
    get: (path) => status(path, {}),
    callTool({ token, headers = {} } = {}) {
      const authorization: Record<string, string> =
        token === undefined ? {} : { authorization: `Bearer ${token}` };
      return status('/tools/invoke', {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...authorization, ...headers },
        body: JSON.stringify({ tool: 'sessions_list', args: {} }),
      });
    },
  };
}

/** Restarts a service's container without Compose and clawproof. */
export async function restartContainer(deployment: LiveDeployment, service: Service): Promise<void> {
  await docker('restart', '--time', '10', `${deployment.name}-${service}-1`);
}
