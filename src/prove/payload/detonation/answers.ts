/** What is served for a path, so that programs go on with what they wanted. */
export function answerFor(path: string, served: number): { type: string; body: string | Buffer } {
  const name = path.replace(/[?#].*$/, '').toLowerCase();
  if (/\.json$|\/api\/|\/v\d+\//.test(name))
    return { type: 'application/json', body: '{"ok":true,"status":"ok","data":[],"result":{}}\n' };
  if (/\.(?:html?)$/.test(name)) return { type: 'text/html', body: '<html><body>ok</body></html>\n' };
  return { type: 'text/plain', body: ranScript(served) };
}

/** Where a download that was run leaves its number. */
export const RAN_PREFIX = '/dev/shm/.ran-';

/**
 * Runs as a shell script, as Python and as JavaScript are asked for differently: a file of this text that is started, or piped to
 * a shell, leaves a file behind, and does nothing else.
 */
function ranScript(served: number): string {
  return `#!/bin/sh\n: > ${RAN_PREFIX}${served}\n`;
}
