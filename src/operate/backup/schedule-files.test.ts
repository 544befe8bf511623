import { expect, test } from 'vitest';
import { cronFile, systemdFiles } from './schedule-files.ts';

const WORK = {
  name: 'openclaw',
  every: 'daily',
  command: ['/usr/bin/node', '/opt/clawproof/main.js', 'backup', '--folder', "/srv/it's 100% $HOME"],
  user: 'ann',
} as const;

test('systemd gets a timer that makes up for missed runs, and a command that it does not change', () => {
  const [service, timer] = systemdFiles(WORK);
  expect(service).toMatchObject({ path: 'clawproof-backup-openclaw.service' });
  expect(service?.text).toContain(
    `ExecStart=/usr/bin/node /opt/clawproof/main.js backup --folder "/srv/it's 100%% $$HOME"\n`,
  );
  expect(timer?.text).toMatch(/OnCalendar=\*-\*-\* 03:30:00\n[\s\S]*Persistent=true/);
});

test('cron gets one line, without a percent sign that it would cut it at', () => {
  const { path, text } = cronFile({ ...WORK, every: 'weekly' });
  expect(path).toBe('clawproof-backup-openclaw');
  expect(text).toContain(
    String.raw`30 3 * * 0 ann /usr/bin/node /opt/clawproof/main.js backup --folder '/srv/it'\''s 100\% $HOME'`,
  );
});
