import { unreadableAnswer } from '../../errors/operate-errors.ts';
import { secretSettingRefused } from '../../errors/secret-errors.ts';
import { readValidation } from '../../openclaw/reports.ts';
import { GATEWAY } from '../../render/layout.ts';
import type { ChangeContext } from '../change/change.ts';
import { ownerOf } from './key-change.ts';

const VALIDATE_MS = 300_000;

/**
 * Lets the OpenClaw of this deployment judge settings before they are written. They get into its container through stdin.
 * @throws AppError `secret-setting-refused`, or `unreadable-answer` when it does not say yes or no
 */
export async function validateText(context: ChangeContext, text: string): Promise<void> {
  const answer = readValidation((await ask(context, text)).stdout);
  if (!answer.ok) throw unreadableAnswer('openclaw config validate', answer.reason);
  if (answer.value.length > 0) throw secretSettingRefused(answer.value);
}

async function ask(context: ChangeContext, input: string): Promise<{ stdout: string }> {
  return context.ports.progress.task('Settings accepted by OpenClaw', () =>
    context.docker.runOneOff({
      image: ownerOf(context).image,
      entrypoint: 'sh',
      args: ['-euc', 'cat > /tmp/openclaw.json; exec openclaw config validate --json'],
      user: '1000:1000',
      tmpfs: { '/tmp': 'mode=1777', [GATEWAY.state]: 'uid=1000,gid=1000,mode=0700' },
      environment: { OPENCLAW_CONFIG_PATH: '/tmp/openclaw.json', XDG_CACHE_HOME: GATEWAY.cache },
      input,
      timeoutMs: VALIDATE_MS,
    }),
  );
}
