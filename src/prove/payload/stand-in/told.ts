import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { PROGRAM_PORT } from '../detonation/record.ts';

/** The sinkhole: what the twin asks for names. */
function sinkhole(): string {
  return /^nameserver\s+(\S+)/m.exec(readFileSync('/etc/resolv.conf', 'utf8'))?.[1] ?? '127.0.0.1';
}

/** Says that a program was started, and with what. Resolves also when nobody hears it. */
export function tell(name: string, words: readonly string[], input: Buffer = Buffer.alloc(0)): Promise<void> {
  return new Promise((resolve) => {
    const path = ['', name, ...words].join('\u0000').slice(0, 3000);
    const asked = request(
      {
        host: sinkhole(),
        port: PROGRAM_PORT,
        method: 'POST',
        path: `/${encodeURIComponent(path)}`,
        timeout: 5000,
      },
      (response) => {
        response.resume();
        response.once('close', resolve);
      },
    );
    asked.once('error', () => resolve());
    asked.end(input);
  });
}

/** What came by stdin; nothing when that is a terminal or stays open for longer. */
export async function inputOf(ms: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  const late = setTimeout(() => process.stdin.destroy(), ms);
  try {
    for await (const part of process.stdin) parts.push(part as Buffer);
  } catch {
    // Whatever came so far counts.
  } finally {
    clearTimeout(late);
  }
  return Buffer.concat(parts);
}
