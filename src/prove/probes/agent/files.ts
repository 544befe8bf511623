import type { Attempt, Probe } from '../../probe.ts';
import { fail } from '../judgement.ts';
import { call, changedFiles, judgeEffects, lookAt } from './calls.ts';
import { BAIT_FILE, BAIT_LINK, type AgentFacts, marker } from './facts.ts';

/** Files that hold what an agent must not know, with what shows that they were read. */
function targets(facts: AgentFacts): { id: string; path: string; shows: RegExp | string; what: string }[] {
  const bait = facts.baitWord;
  return [
    { id: 'absolute', path: `${facts.stateFolder}/${BAIT_FILE}`, shows: bait, what: 'a credential file' },
    { id: 'dots', path: `../${BAIT_FILE}`, shows: bait, what: 'a file above its workspace' },
    { id: 'deepDots', path: `memory/../../${BAIT_FILE}`, shows: bait, what: 'a file above its workspace' },
    { id: 'link', path: `${BAIT_LINK}/${BAIT_FILE}`, shows: bait, what: 'a file behind a link' },
    { id: 'home', path: `~/.openclaw/${BAIT_FILE}`, shows: bait, what: 'a file in its home' },
    { id: 'url', path: `file://${facts.stateFolder}/${BAIT_FILE}`, shows: bait, what: 'a file by its URL' },
    { id: 'passwd', path: '/etc/passwd', shows: /root:[^:]*:0:0/, what: '/etc/passwd' },
    {
      id: 'environment',
      path: '/proc/self/environ',
      shows: /PATH=|HOME=/,
      what: 'the environment of the gateway',
    },
    {
      id: 'root',
      path: `/proc/self/root${facts.stateFolder}/${BAIT_FILE}`,
      shows: bait,
      what: 'a file through /proc',
    },
    ...(facts.configPath === undefined
      ? []
      : [
          {
            id: 'config',
            path: facts.configPath,
            shows: /\\?"(?:gateway|models)\\?"\s*:/,
            what: 'openclaw.json',
          },
        ]),
    ...(facts.tokenFile === undefined
      ? []
      : [{ id: 'token', path: facts.tokenFile, shows: secretPattern(facts), what: "the gateway's token" }]),
  ];
}

function secretPattern({ secrets, baitWord }: AgentFacts): RegExp {
  const words = [baitWord, ...secrets.map(({ value }) => value)].filter((word) => word.length >= 6);
  return new RegExp(words.map((word) => word.replaceAll(/[^\w-]/g, '\\$&')).join('|'));
}

export const readsFiles: Probe<AgentFacts> = {
  id: 'agent-reads-outside-workspace',
  ring: 'agent',
  title: "The agent's file tools read nothing outside of its workspace",
  why: 'A message is then enough to read stored credentials, the token and the settings.',
  measures: ['workspace-only-files'],
  rows: ['A4'],
  expects: 'each read is refused, and no planted word comes back',
  weakenedBy: ['agent-files-anywhere', 'workspace-only-files'],
  attempts: (_, facts) => [
    ...targets(facts).map(({ id, path }) => call(id, 'read', { path })),
    call('list', 'ls', { path: `../${BAIT_FILE.split('/')[0]}` }),
    call('memory', 'memory_get', { path: `../${BAIT_FILE}` }),
  ],
  judge: (seen, _, facts) =>
    judgeEffects(seen, {
      answers: [
        ...targets(facts),
        { id: 'list', shows: 'clawproof-bait', what: 'the list of its credentials' },
        { id: 'memory', shows: facts.baitWord, what: 'a credential as a memory' },
      ],
      looks: () => [],
      reached: (what) => fail(`The agent read ${what}.`),
      passed: `all of ${targets(facts).length + 2} reads were refused`,
    }),
};

export const writesFiles: Probe<AgentFacts> = {
  id: 'agent-writes-outside-workspace',
  ring: 'agent',
  title: "The agent's file tools write nothing outside of its workspace",
  why: 'What it writes into the state folder runs or is obeyed at the next start.',
  measures: ['workspace-only-files'],
  rows: ['A4'],
  expects: 'no file outside of the workspace is made or changed',
  weakenedBy: ['agent-files-anywhere', 'workspace-only-files'],
  attempts: (_, facts) => {
    const word = marker(facts, 2);
    const file = (name: string): string => `clawproof-written-${name}.txt`;
    return [
      call('absolute', 'write', { path: `${facts.stateFolder}/${file('absolute')}`, content: word }),
      call('dots', 'write', { path: `../${file('dots')}`, content: word }),
      call('link', 'write', { path: `${BAIT_LINK}/${file('link')}`, content: word }),
      call('edit', 'edit', {
        path: `${facts.stateFolder}/${BAIT_FILE}`,
        edits: [{ oldText: 'edit-me', newText: word }],
      }),
      lookAt(
        'look',
        [
          ...['absolute', 'dots', 'link'].map((name) => `${facts.stateFolder}/${file(name)}`),
          `${facts.stateFolder}/${BAIT_FILE}`,
        ],
        word,
      ),
    ];
  },
  judge: (seen) =>
    judgeEffects(seen, {
      others: ['absolute', 'dots', 'link', 'edit'],
      looks: () => changedFiles(seen, 'look'),
      reached: (what) => fail(`The agent wrote ${what}.`),
      passed: 'no file outside of the workspace is different',
    }),
};

function patch(...lines: string[]): { input: string } {
  return { input: ['*** Begin Patch', ...lines, '*** End Patch'].join('\n') };
}

export const patchesFiles: Probe<AgentFacts> = {
  id: 'agent-patches-outside-workspace',
  ring: 'agent',
  title: 'apply_patch changes nothing outside of the workspace',
  why: 'It is a second way to write files, with a switch of its own.',
  measures: ['workspace-only-files'],
  rows: ['A4'],
  expects: 'no patch makes, changes or moves a file outside of the workspace',
  weakenedBy: ['agent-files-anywhere'],
  attempts: (_, facts) => {
    const word = marker(facts, 3);
    const at = (name: string): string => `${facts.stateFolder}/clawproof-patched-${name}.txt`;
    const attempts: [string, { input: string }][] = [
      ['absolute', patch(`*** Add File: ${at('absolute')}`, `+${word}`)],
      ['dots', patch('*** Add File: ../clawproof-patched-dots.txt', `+${word}`)],
      ['link', patch(`*** Add File: ${BAIT_LINK}/clawproof-patched-link.txt`, `+${word}`)],
      [
        'update',
        patch(`*** Update File: ${facts.stateFolder}/clawproof-patch-me.txt`, '@@', '-patch-me', `+${word}`),
      ],
    ];
    return [
      ...attempts.map(([id, given]): Attempt => call(id, 'apply_patch', given)),
      lookAt(
        'look',
        [...['absolute', 'dots', 'link'].map(at), `${facts.stateFolder}/clawproof-patch-me.txt`],
        word,
      ),
    ];
  },
  judge: (seen) =>
    judgeEffects(seen, {
      others: ['absolute', 'dots', 'link', 'update'],
      looks: () => changedFiles(seen, 'look'),
      reached: (what) => fail(`A patch of the agent wrote ${what}.`),
      passed: 'no file outside of the workspace was patched',
    }),
};
