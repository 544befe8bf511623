import type { CommandContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import type { TokenOptions } from './options.ts';
import { readOwnToken } from '../operate/token/read-own-token.ts';
import { rotateToken } from '../operate/token/rotate-token.ts';
import { tokenAge } from '../operate/token/token-age.ts';
import { createStyle } from '../report/style.ts';
import { ageText, rotatedText } from '../report/token-text.ts';
import { tokenNotForPipes } from '../errors/token-errors.ts';

export async function run(context: CommandContext, { action, folder }: TokenOptions): Promise<number> {
  if (action === 'rotate') return rotate(context, folder);
  return action === 'show' ? show(context, folder) : age(context, folder);
}

async function rotate({ ports, output, version }: CommandContext, folder: string): Promise<number> {
  const { devices } = await rotateToken(ports, { folder, toolVersion: version });
  const { terminal } = ports;
  terminal.out(
    output.json
      ? `${JSON.stringify({ ok: true, valid: 'new', oldToken: 401, newToken: 200, devices }, null, 2)}\n`
      : rotatedText(devices, createStyle(terminal.colour)),
  );
  return exitCodes.done;
}

async function show({ ports, output, version }: CommandContext, folder: string): Promise<number> {
  const { terminal } = ports;
  if (output.json) throw tokenNotForPipes('--json is for programs');
  if (!terminal.showsOutput) throw tokenNotForPipes('stdout is none');
  terminal.out(`${await readOwnToken(ports, folder, version)}\n`);
  return exitCodes.done;
}

async function age({ ports, output }: CommandContext, folder: string): Promise<number> {
  const { terminal } = ports;
  const verdict = await tokenAge(ports, folder);
  terminal.out(
    output.json ? `${JSON.stringify(verdict, null, 2)}\n` : ageText(verdict, createStyle(terminal.colour)),
  );
  return verdict.tooOld ? exitCodes.checkFailed : exitCodes.done;
}
