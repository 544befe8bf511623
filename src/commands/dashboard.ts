import { dashboardRefused, notRunning } from '../errors/operate-errors.ts';
import { dashboardLink } from '../openclaw/dashboard.ts';
import { openSession } from '../operate/session.ts';
import { containerName } from '../operate/up/start.ts';
import type { CommandContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import type { DashboardOptions } from './options.ts';

const LINK_MS = 60_000;
const OPENERS = { linux: 'xdg-open', darwin: 'open', win32: 'explorer', other: 'xdg-open' } as const;

export async function run(
  { ports, output }: CommandContext,
  { folder, open }: DashboardOptions,
): Promise<number> {
  const { compose, docker, policy } = await openSession(ports, folder);
  const gateway = await docker.inspectContainer(containerName({ policy }, 'gateway'));
  if (gateway === null || !gateway.State.Running) throw notRunning('gateway');
  const plain = `http://127.0.0.1:${policy.access.port}/`;
  const answer = await ports.progress.task('Link that pairs one browser', () =>
    compose.exec('gateway', ['openclaw', 'dashboard', '--json'], { timeoutMs: LINK_MS }),
  );
  const link = dashboardLink(answer.stdout, policy.access.port);
  if (!link.ok) throw dashboardRefused(link.reason);
  const { url, minutes } = link.value;
  if (output.json)
    ports.terminal.out(`${JSON.stringify({ url: plain, pairingUrl: url, validMinutes: minutes })}\n`);
  else
    ports.terminal.out(
      `${url}\n\nThis link pairs one browser, once, within ${minutes} minutes. Afterwards ${plain} is enough.\n`,
    );
  if (open) await openInBrowser(url);
  return exitCodes.done;

  async function openInBrowser(address: string): Promise<void> {
    const result = await ports.exec.run(OPENERS[ports.system.platform], [address], { timeoutMs: 10_000 });
    if (result.code !== 0) ports.terminal.err('No browser could be opened here; open the link yourself.\n');
  }
}
