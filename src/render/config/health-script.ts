import { GATEWAY } from '../layout.ts';

/** Failed checks in a row after which a gateway that has been healthy before is ended. */
const FAILURES_BEFORE_RESTART = 3;
/** Seconds that a gateway which was never healthy gets for its start: migrations of a large state take their time. */
const START_SECONDS = 300;

/**
 * The gateway's health check. Docker only marks a container that hangs; this ends the hung process, and the restart
 * policy starts it anew. It runs as the gateway's own user inside the container and needs no access to the engine.
 */
export function renderHealthScript(): string {
  return SCRIPT;
}

const SCRIPT = `// Written by clawproof. Exit 0: healthy. Exit 1: not healthy; after ${FAILURES_BEFORE_RESTART} times in a row the hung process is ended.
import { accessSync, constants, lstatSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';

const MEMORY = '/run/clawproof/health.json';

function answers() {
  return new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port: ${GATEWAY.port}, path: '/healthz', timeout: 5000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    // A request timeout only counts idle time: this also ends an answer that never completes.
    const limit = setTimeout(() => request.destroy(), 6000);
    request.on('timeout', () => request.destroy());
    request.on('close', () => {
      clearTimeout(limit);
      resolve(false);
    });
    request.on('error', () => resolve(false));
  });
}

/** Processes started by init: the gateway, and what it left behind. Fields of proc(5): 4 = parent, 22 = start time. */
function childrenOfInit() {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\\d+$/.test(name) || name === '1') return [];
    try {
      const stat = readFileSync('/proc/' + name + '/stat', 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return fields[1] === '1' ? [{ pid: Number(name), started: Number(fields[19]) }] : [];
    } catch {
      return [];
    }
  });
}

function remembered() {
  try {
    return JSON.parse(readFileSync(MEMORY, 'utf8'));
  } catch {
    return { started: 0, failures: 0, wasHealthy: false };
  }
}

/** Best effort: a full /tmp must not make a healthy gateway look ill. */
function remember(state) {
  try {
    writeFileSync(MEMORY + '.new', JSON.stringify(state), { mode: 0o600 });
    renameSync(MEMORY + '.new', MEMORY);
  } catch (error) {
    process.stdout.write('clawproof: cannot remember this check: ' + error.code + '\\n');
  }
}

/**
 * A protected file of the workspace that is not in its place, or not as it should be: a mount of a file holds, but its folder can be
 * renamed by whoever owns it. After a restart the files are where they belong.
 */
function misplaced() {
  for (const folder of names('${GATEWAY.protectedFiles}')) {
    for (const name of names('${GATEWAY.protectedFiles}/' + folder)) {
      const path = '${GATEWAY.state}/' + folder + '/' + name;
      if (!isSame('${GATEWAY.protectedFiles}/' + folder + '/' + name, path)) return path;
    }
  }
  return undefined;
}

function names(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isSame(wanted, path) {
  try {
    const [own, seen] = [statSync(wanted), lstatSync(path)];
    if (own.dev === seen.dev && own.ino === seen.ino) return true;
    // Some engines number the files of a mount anew.
    return seen.isFile() && !isWritable(path) && readFileSync(wanted).equals(readFileSync(path));
  } catch {
    return false;
  }
}

function isWritable(path) {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

const healthy = await answers();
const [gateway] = childrenOfInit().sort((a, b) => a.started - b.started);
const before = remembered();
const same = gateway !== undefined && before.started === gateway.started;
const state = {
  started: gateway?.started ?? 0,
  failures: healthy ? 0 : same ? before.failures + 1 : 1,
  wasHealthy: healthy || (same && before.wasHealthy),
};
const uptime = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]);
const age = gateway === undefined ? 0 : uptime - gateway.started / 100;
if (gateway !== undefined && state.failures >= ${FAILURES_BEFORE_RESTART} && (state.wasHealthy || age > ${START_SECONDS})) {
  process.stdout.write('clawproof: the gateway did not answer ' + state.failures + ' times; ending process ' + gateway.pid + '\\n');
  // SIGKILL also ends a process that is stopped or whose event loop is blocked.
  process.kill(gateway.pid, 'SIGKILL');
}
const wrong = misplaced();
if (gateway !== undefined && wrong !== undefined) {
  process.stdout.write('clawproof: ' + wrong + ' is not the protected file; ending process ' + gateway.pid + '\\n');
  process.kill(gateway.pid, 'SIGKILL');
}
remember(state);
process.exit(healthy ? 0 : 1);
`;
