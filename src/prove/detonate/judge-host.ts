import { isSettings } from '../../measures/settings.ts';
import { MISSING } from '../payload/stand-in/missing.ts';
import type { Bait } from './baits.ts';
import { changedPaths, type FileChange } from './changes.ts';
import type { DetonationFinding } from './detonation.ts';
import { finding, placeIn } from './judge-network.ts';
import { MEMORY_FILES, TWIN } from './layout.ts';
import type { View } from './view.ts';

/** Read at the beginning of every conversation and believed. The others are the agent's notebook. */
const IDENTITY = new Set(['SOUL.md', 'AGENTS.md', 'IDENTITY.md', 'HEARTBEAT.md', 'BOOT.md', 'BOOTSTRAP.md']);
/** What starts again by itself, or changes what others do. */
const PERSISTENT =
  /^(?:\.bashrc|\.bash_profile|\.profile|\.zshrc|\.zprofile|\.xprofile|\.bash_login|\.ssh\/(?:authorized_keys|config|rc)|\.config\/(?:systemd|autostart|fish)\/|\.local\/share\/systemd\/|\.local\/bin\/|\.gitconfig|\.npmrc|Library\/LaunchAgents\/|\.openclaw\/(?:openclaw\.json|\.env|hooks\/|cron\/|extensions\/|plugins\/|skills\/|exec-approvals\.json|credentials\/|agents\/))/;
/** The gateway reads these itself. */
const READ_BY_GATEWAY = /openclaw\.json$|\/\.env$|\/workspace\/|auth-profiles/;

/** What is different in the twin, and what was started in it, judged. */
export function judgeHost(view: View, sent: ReadonlySet<Bait>): DetonationFinding[] {
  const { before, after } = view.observations;
  const changes = changedPaths(before, after);
  return [
    ...memoryFindings(view, changes),
    ...persistenceFindings(view, changes),
    ...otherFileFindings(view, changes),
    ...readFindings(view, sent),
    ...shownFindings(view, sent),
    ...programFindings(view),
    ...leftFindings(view),
  ];
}

function memoryName(path: string): string | undefined {
  const name = path.startsWith(`${TWIN.workspace}/`) ? path.slice(TWIN.workspace.length + 1) : '';
  return name.startsWith('memory/') || (MEMORY_FILES as readonly string[]).includes(name) ? name : undefined;
}

function memoryFindings(view: View, changes: readonly FileChange[]): DetonationFinding[] {
  const touched = changes.flatMap((change) => {
    const name = memoryName(change.path);
    return name === undefined ? [] : [{ ...change, name }];
  });
  const isIdentity = touched.some(({ name }) => IDENTITY.has(name));
  const evidence = touched.map(({ path, name, how }) => `${name} ${how}${endOfFile(view, path)}`);
  return finding(
    'memory-changed',
    isIdentity ? 'malicious' : 'suspicious',
    "Changes the agent's memory",
    evidence,
    placeOfChange(view, touched[0]),
  );
}

/** Its last line: what was added. */
function endOfFile({ observations: { heads } }: View, path: string): string {
  const head = heads[path]?.head;
  if (head === undefined) return '';
  const line = Buffer.from(head, 'base64').toString('utf8').trimEnd().split('\n').at(-1) ?? '';
  return line === '' ? '' : `, its last line: ${JSON.stringify(line.slice(0, 160))}`;
}

function persistenceFindings(view: View, changes: readonly FileChange[]): DetonationFinding[] {
  const files = changes.filter(({ path }) => isPersistent(path));
  const tabs = view.records.filter(
    ({ kind, name, bytes, text }) =>
      kind === 'program' && name === 'crontab' && (bytes > 0 || !/^-[lr]/.test(text ?? '')) && text !== '-l',
  );
  const evidence = [
    ...files.map(({ path, how }) => `${path} ${how}${endOfFile(view, path)}`),
    ...tabs.map(
      ({ sample }) =>
        `crontab was given: ${JSON.stringify(Buffer.from(sample, 'base64').toString('utf8').trim().slice(0, 160))}`,
    ),
    ...cronJobs(view).map((name) => `OpenClaw has a new cron job: ${name}`),
  ];
  return finding(
    'persistence',
    'malicious',
    'Makes itself start again',
    evidence,
    placeOfChange(view, files[0]) ?? placeIn(view, tabs[0]?.at),
  );
}

function isPersistent(path: string): boolean {
  return path.startsWith(`${TWIN.home}/`) && PERSISTENT.test(path.slice(TWIN.home.length + 1));
}

function cronJobs({ observations: { turn } }: View): string[] {
  const answer = turn.after['cron.list'];
  const jobs = isSettings(answer) && Array.isArray(answer['jobs']) ? answer['jobs'] : [];
  return jobs.filter(isSettings).flatMap(({ name, declarationKey }) =>
    // OpenClaw's own have a key that says who declared them.
    typeof declarationKey === 'string' ? [] : [String(name)],
  );
}

function otherFileFindings(view: View, changes: readonly FileChange[]): DetonationFinding[] {
  const others = changes.filter(({ path }) => memoryName(path) === undefined && !isPersistent(path));
  const isScratch = (path: string): boolean =>
    path.startsWith(`${TWIN.workspace}/`) || /^\/(?:var\/)?tmp\//.test(path);
  const [scratch, outside] = [
    others.filter(({ path }) => isScratch(path)),
    others.filter(({ path }) => !isScratch(path)),
  ];
  const words = ({ path, how }: FileChange): string => `${path} ${how}`;
  return [
    ...finding(
      'files-outside',
      'suspicious',
      'Writes outside its workspace',
      outside.map(words),
      placeOfChange(view, outside[0]),
    ),
    ...finding(
      'files',
      'note',
      'Writes in the workspace or for a moment',
      scratch.map(words),
      placeOfChange(view, scratch[0]),
    ),
  ];
}

function placeOfChange(view: View, change: FileChange | undefined): string | undefined {
  const changed = change === undefined ? undefined : view.observations.after.files[change.path]?.[4];
  return placeIn(view, changed);
}

function readFindings(view: View, sent: ReadonlySet<Bait>): DetonationFinding[] {
  const { baits, before, after, showsReads } = view.observations;
  if (!showsReads) return [];
  const read = baits.filter(({ file }) => {
    if (file === undefined || READ_BY_GATEWAY.test(file)) return false;
    const [old, now] = [before.files[file]?.[5], after.files[file]?.[5]];
    return old !== undefined && now !== undefined && now > old;
  });
  const evidence = read.map(
    (bait) => `${bait.file ?? ''} (${bait.name})${sent.has(bait) ? ', which was sent away' : ''}`,
  );
  const at = read[0]?.file === undefined ? undefined : after.files[read[0].file]?.[5];
  return finding(
    'bait-read',
    'suspicious',
    'Reads secrets that are not its own',
    evidence,
    placeIn(view, at),
  );
}

/** What a command prints, the model's provider gets to read. */
function shownFindings(view: View, sent: ReadonlySet<Bait>): DetonationFinding[] {
  const { baits, turn, manifest, steps } = view.observations;
  const shown = turn.calls.flatMap(({ id, result = '' }) =>
    baits
      .filter(
        ({ value, variable }) =>
          result.includes(value) && !(variable !== undefined && manifest.variables.includes(variable)),
      )
      .map((bait) => ({ bait, step: steps.find((step) => step.id === id) })),
  );
  const evidence = shown.map(
    ({ bait }) => `${bait.name}${sent.has(bait) ? ', which was also sent away' : ''}`,
  );
  const step = shown[0]?.step;
  return finding(
    'bait-shown',
    'suspicious',
    'Shows secrets to the model, and with that to its provider',
    evidence,
    step === undefined ? undefined : `${step.file}:${step.line}`,
  );
}

const SUSPICIOUS_PROGRAMS = new Set([
  'sudo',
  'doas',
  'docker',
  'podman',
  'kubectl',
  'ssh',
  'scp',
  'sftp',
  'systemctl',
  'service',
  'launchctl',
  'at',
  'batch',
  'osascript',
  'security',
  'xattr',
  'spctl',
  'useradd',
  'usermod',
  'chattr',
  'screencapture',
  'secret-tool',
  'pass',
  'op',
  'nc',
  'ncat',
  'netcat',
  'telnet',
]);

function programFindings(view: View): DetonationFinding[] {
  const called = view.records.filter(
    ({ kind, name = '' }) => kind === 'program' && name !== 'curl' && name !== 'wget' && !MISSING.test(name),
  );
  const words = ({ name = '', text = '' }: (typeof called)[number]): string =>
    `${name} ${text}`.trim().slice(0, 200);
  const bad = called.filter(({ name = '' }) => SUSPICIOUS_PROGRAMS.has(name));
  const others = called.filter(
    (record) => !bad.includes(record) && record.name !== 'crontab' && record.name !== 'git',
  );
  return [
    ...finding(
      'programs',
      'suspicious',
      'Calls programs that reach beyond a skill',
      bad.map(words),
      placeIn(view, bad[0]?.at),
    ),
    ...finding(
      'installs',
      'note',
      'Calls programs that the image does not have',
      others.map(words),
      placeIn(view, others[0]?.at),
    ),
  ];
}

/** What still runs when the model has long been answered. */
function leftFindings(view: View): DetonationFinding[] {
  const last = Math.max(0, ...view.observations.processes.map(({ to }) => to));
  const left = view.processes.filter(({ to }) => last - to < 200);
  const evidence = left.map(({ words }) => words.join(' ').slice(0, 200));
  return finding(
    'left-running',
    'suspicious',
    'Leaves programs running',
    evidence,
    placeIn(view, left[0]?.from),
  );
}
