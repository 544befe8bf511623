import { describe, expect, it } from 'vitest';
import { fakePorts, type FakePorts } from '../../ports/fake/fake-ports.ts';
import { readAnswers, readChange } from './collect-deployment.ts';
import type { EngineLook } from './collect-engine.ts';
import type { ContainerSeen, DiagnosisTarget } from './observations.ts';
import { containerSeen } from './testing/healthy.ts';

const TOKEN = 'f00dfeed'.repeat(8);
const TARGET: DiagnosisTarget = {
  kind: 'deployment',
  folder: '/srv/openclaw',
  name: 'openclaw',
  port: 18_789,
  isCaged: true,
};
const BASE = 'http://127.0.0.1:18789';

async function ports(): Promise<FakePorts> {
  const made = fakePorts();
  await made.files.makeDirectory('/srv/openclaw/secrets', 0o700);
  made.files.put('/srv/openclaw/secrets/gateway_token', TOKEN, { mode: 0o400 });
  made.http
    .on(`${BASE}/healthz`, { status: 200 })
    .on(`${BASE}/readyz`, { status: 200 })
    .on(`${BASE}/tools/invoke`, { status: 200 });
  return made;
}

function look(made: FakePorts): EngineLook {
  return { ports: made, target: TARGET, program: 'docker' } as unknown as EngineLook;
}

function containers(isPublished: boolean): ContainerSeen[] {
  const ingress = containerSeen('ingress');
  if (isPublished && ingress.inspect !== null)
    ingress.inspect.NetworkSettings.Ports = { '8080/tcp': [{ HostIp: '127.0.0.1', HostPort: '18789' }] };
  return [containerSeen('gateway'), ingress];
}

describe('what the gateway answers', () => {
  it('is asked with the token on disk, which is then kept from every line', async () => {
    const made = await ports();
    const secrets: string[] = [];
    expect(await readAnswers(look(made), containers(true), secrets)).toMatchObject({
      value: { healthz: 200, readyz: 200, token: 200 },
    });
    expect(secrets).toEqual([TOKEN]);
  });

  it('is asked of nobody else: on a port that is not ours a stranger would get the token', async () => {
    const made = await ports();
    expect(await readAnswers(look(made), containers(false), [])).toEqual({
      skipped: 'port 18789 is not published by this deployment now',
    });
    expect(made.http.requests).toEqual([]);
  });

  it('is not asked with the token before it is ready', async () => {
    const made = await ports();
    made.http.on(`${BASE}/readyz`, { status: 503, body: '{"ready":false}' });
    expect(await readAnswers(look(made), containers(true), [])).toMatchObject({
      value: { readyz: 503, token: null },
    });
    expect(made.http.requests.map(({ url }) => url)).not.toContain(`${BASE}/tools/invoke`);
  });

  it('tells of an empty token file', async () => {
    const made = await ports();
    made.files.put('/srv/openclaw/secrets/gateway_token', '\n', { mode: 0o400 });
    expect(await readAnswers(look(made), containers(true), [])).toMatchObject({
      value: { tokenFile: 'it is empty, or not there' },
    });
  });
});

describe('a change of ours', () => {
  const journal = '/srv/openclaw/.clawproof/journal.jsonl';
  const line = (event: string): string =>
    `${JSON.stringify({ at: 'a', run: 'r', command: 'up', event, detail: 'files' })}\n`;

  it('is open while its file is there, and unfinished while its journal does not end', async () => {
    const made = await ports();
    await made.files.makeDirectory('/srv/openclaw/.clawproof', 0o700);
    expect(await readChange(made, TARGET)).toEqual({
      value: { open: null, unreadable: null, unfinishedRun: null, running: null },
    });
    made.files.put(journal, line('begin') + line('step'));
    expect(await readChange(made, TARGET)).toMatchObject({
      value: { unfinishedRun: { command: 'up', detail: 'files' } },
    });
    made.files.put(journal, line('begin') + line('done'));
    made.files.put(
      '/srv/openclaw/.clawproof/change.json',
      JSON.stringify({ schema: 1, name: 'token rotate', since: 's', begun: ['a'], memo: {} }),
    );
    expect(await readChange(made, TARGET)).toMatchObject({
      value: { open: { name: 'token rotate' }, unfinishedRun: null },
    });
    made.files.put('/srv/openclaw/.clawproof/change.json', '{');
    expect(await readChange(made, TARGET)).toMatchObject({
      value: { open: null, unreadable: expect.stringContaining('cannot be understood') as string },
    });
  });

  it('that is at work now is no interrupted one', async () => {
    const made = await ports();
    await made.files.makeDirectory('/srv/openclaw/.clawproof', 0o700);
    made.files.put(
      '/srv/openclaw/.clawproof/run.lock',
      JSON.stringify({ pid: made.system.pid, started: 'boot:1', command: 'clawproof up', since: 's' }),
    );
    expect(await readChange(made, TARGET)).toMatchObject({ value: { running: 'clawproof up' } });
  });
});
