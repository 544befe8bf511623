/** Programs that run in the containers with which a sandbox is tried. They say what they did, line by line. */

/** Takes memory up to argument 1 (MiB), and uses all of it again and again. */
export const MEMORY_SCRIPT = `
const most = Number(process.argv[1]);
const kept = [];
for (let mib = 16; mib <= most; mib += 16) {
  kept.push(Buffer.alloc(16 * 1048576, 1));
  for (const buffer of kept) for (let at = 0; at < buffer.length; at += 4096) buffer[at] += 1;
  require('fs').writeSync(1, 'taken ' + mib + '\\n');
}
`;

/** Has a child run argument 2 with argument 1, and says how the child ended. */
export const MEMORY_CHILD_SCRIPT = `
const [, most, script] = process.argv;
const child = require('child_process').spawn(process.execPath, ['--eval', script, most], { stdio: 'inherit' });
child.on('exit', (code, signal) => {
  require('fs').writeSync(1, (code === 0 ? 'child done' : 'ended with ' + (signal || code)) + '\\n');
});
`;

/** Starts processes up to argument 1, until one is refused. */
export const PROCESS_SCRIPT = `
const { spawn } = require('child_process');
const { writeSync } = require('fs');
const most = Number(process.argv[1]);
let started = 0;
const next = () => {
  if (started >= most) return process.exit(0);
  let child;
  try { child = spawn('sleep', ['100'], { stdio: 'ignore' }); } catch (error) { return refused(error); }
  child.on('error', refused);
  child.on('spawn', () => { started += 1; if (started % 8 === 0) writeSync(1, 'started ' + started + '\\n'); next(); });
};
const refused = (error) => { writeSync(1, 'started ' + started + '\\nrefused ' + error.code + '\\n'); process.exit(0); };
next();
`;

/** System call 437 with arguments that are wrong on purpose: whoever knows it says EINVAL. */
export const OPENAT2_SCRIPT =
  'my $r = syscall(437, -1, 0, 0, 0); my $e = $!+0; print $e == 38 ? "unknown" : $e == 22 || $e == 14 || $e == 9 ? "known" : "errno $e";';
