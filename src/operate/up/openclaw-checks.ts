import { join } from 'node:path';
import { unreadableAnswer } from '../../errors/operate-errors.ts';
import { configRejected } from '../../errors/operate-errors.ts';
import { bindMount } from '../../engine/bind-mount.ts';
import type { ExecResult } from '../../ports/exec.ts';
import { expectedBecause } from '../../openclaw/expected-remarks.ts';
import {
  type OpenClawFinding,
  readDoctor,
  readSecurityAudit,
  readValidation,
} from '../../openclaw/reports.ts';
import { GATEWAY, PATHS } from '../../render/layout.ts';
import type { OpenClawCheck, OpenClawChecks, UpContext } from './types.ts';

const VALIDATE_MS = 120_000;
const CHECK_MS = 300_000;

/**
 * Lets the very OpenClaw that will run judge its configuration, in a container without network and state.
 * @throws AppError `config-rejected`, or `unreadable-answer` when it does not say yes or no.
 */
export async function validateConfig(context: UpContext, image: string): Promise<void> {
  const { folder, docker, policy } = context;
  const result = await docker.runOneOff({
    image,
    entrypoint: 'openclaw',
    args: ['config', 'validate', '--json'],
    user: '1000:1000',
    mounts: [
      bindMount(join(folder, 'config/openclaw'), GATEWAY.configFolder, true),
      bindMount(join(folder, PATHS.gatewayToken), GATEWAY.tokenFile, true),
    ],
    tmpfs: { '/tmp': 'mode=1777', [GATEWAY.state]: 'uid=1000,gid=1000,mode=0700' },
    environment: {
      OPENCLAW_CONFIG_PATH: GATEWAY.configFile,
      OPENCLAW_CONFIG_READONLY: '1',
      XDG_CACHE_HOME: GATEWAY.cache,
    },
    timeoutMs: VALIDATE_MS,
  });
  const answer = readValidation(result.stdout);
  if (!answer.ok)
    throw unreadableAnswer(
      'openclaw config validate',
      `${answer.reason}${result.stderr.trim() === '' ? '' : `; ${result.stderr.trim().slice(-200)}`}`,
    );
  if (answer.value.length > 0) throw configRejected(policy.openclaw.version, answer.value);
}

/** Stands in the environment of the checks, so that those of a run that was killed are found. */
const MARK = 'CLAWPROOF_CHECK=1';

/** The engine goes on with the checks of a killed run; together with those of the next one they are too much for the memory. */
const END_LEFT_CHECKS = `
const { readdirSync, readFileSync } = require('node:fs');
for (const name of readdirSync('/proc')) {
  try {
    if (/^[0-9]+$/.test(name) && readFileSync('/proc/' + name + '/environ', 'latin1').split('\\0').includes('${MARK}'))
      process.kill(Number(name), 'SIGKILL');
  } catch {}
}`;

/** Runs OpenClaw's doctor and its security audit in the running gateway and keeps both answers (rows H11, G11). */
export async function runOpenClawChecks(context: UpContext): Promise<OpenClawChecks> {
  await context.compose.exec('gateway', ['node', '-e', END_LEFT_CHECKS], { timeoutMs: CHECK_MS });
  const [doctor, audit] = await Promise.all([
    askDoctor(context).then((answer) =>
      judge(
        context,
        answer,
        'doctor.json',
        readDoctor,
        (value) => `${value.checksRun} checks, ${value.findings.length} remarks`,
      ),
    ),
    ask(context, ['security', 'audit', '--deep', '--json']).then((answer) =>
      judge(
        context,
        answer,
        'security-audit.json',
        readSecurityAudit,
        (value) => `${value.critical} critical, ${value.warn} warnings, ${value.info} notes`,
      ),
    ),
  ]);
  return { doctor, audit };
}

function ask({ compose }: UpContext, args: string[]): Promise<ExecResult> {
  return compose.exec('gateway', ['env', MARK, 'openclaw', ...args], { timeoutMs: CHECK_MS });
}

/** OpenClaw 2026.7 gives JSON only with --lint, which ends with 1 when it has remarks. */
async function askDoctor(context: UpContext): Promise<ExecResult> {
  const plain = await ask(context, ['doctor', '--json']);
  if (plain.code === 0 || !plain.stderr.includes('require --lint')) return plain;
  const lint = await ask(context, ['doctor', '--lint', '--json']);
  return lint.code === 1 ? { ...lint, code: 0 } : lint;
}

async function judge<T extends { findings: OpenClawFinding[] }>(
  context: UpContext,
  result: ExecResult,
  file: string,
  read: (stdout: string) => { ok: true; value: T } | { ok: false; reason: string },
  describe: (value: T) => string,
): Promise<OpenClawCheck> {
  const answer = read(result.stdout);
  if (!answer.ok) return { state: 'error', detail: answer.reason, findings: [] };
  if (result.code !== 0)
    return { state: 'error', detail: `it ended with exit code ${result.code}`, findings: [] };
  await context.ports.files.writeAtomic(
    join(context.folder, PATHS.toolFolder, 'results', file),
    result.stdout,
    { mode: 0o600 },
  );
  return {
    state: 'ran',
    detail: describe(answer.value),
    findings: answer.value.findings.map((finding) => ({ ...finding, expected: expectedBecause(finding) })),
  };
}
