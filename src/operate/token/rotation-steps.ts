import { tokenNotProved } from '../../errors/token-errors.ts';
import { PATHS } from '../../render/layout.ts';
import type { ChangeContext, ChangeStep } from '../change/change.ts';
import { overwriteOwned } from '../container-owner.ts';
import { newToken } from '../secrets.ts';
import { askGateway, askPatiently } from './ask-gateway.ts';
import { currentToken, tokenOwner } from './current-token.ts';
import { forgetKept, type KeptTokens, keepTokens, readKept } from './kept-tokens.ts';
import { takeToken } from './take-token.ts';
import { recordToken } from './token-record.ts';

/** The steps of a rotation in their order; other changes may have steps of their own between them. */
export interface RotationSteps<Memo> {
  /** Makes the new token and keeps both. */
  make: ChangeStep<Memo>;
  /** The new token stands in the file. Its undo proves that the old one works again, where the gateway runs. */
  put: ChangeStep<Memo>;
  /** A gateway that runs takes it; one that does not reads it when it starts. */
  take: ChangeStep<Memo>;
  /** Tries both on the published port: the gateway must run. */
  prove: ChangeStep<Memo>;
  /** Writes down when the new one was made and forgets the old one. Belongs to `commitAt` or behind it. */
  finish: ChangeStep<Memo>;
}

const READY_SECONDS = 60;

/** For `token rotate`, and for every change in which the token must become another one. They leave the memo alone. */
export function rotationSteps<Memo>(): RotationSteps<Memo> {
  return {
    make: {
      id: 'new-token',
      title: 'New token',
      run: async (context) => {
        const tokens = { old: await currentToken(context), new: newToken(context.ports.random) };
        await keepTokens(context.ports.files, context.path, tokens);
      },
      undo: ({ ports, path }) => forgetKept(ports.files, path),
    },
    put: {
      id: 'token-file',
      title: 'New token in its file',
      run: async (context) => putToken(context, (await kept(context)).new),
      undo: takeBack,
    },
    take: { id: 'gateway-takes', title: 'Gateway takes the new token', run: take },
    prove: { id: 'proof', title: 'Old token refused, new one accepted', run: prove },
    finish: {
      id: 'token-done',
      title: 'Old token forgotten',
      run: async ({ ports, path }) => {
        const tokens = await readKept(ports.files, path);
        // None: killed after they were forgotten, and so after the record was written.
        if (tokens !== null) await recordToken(ports, path, tokens.new);
        await forgetKept(ports.files, path);
      },
    },
  };
}

async function take(context: ChangeContext, _: unknown, report: (text: string) => void): Promise<void> {
  const { old, new: wanted } = await kept(context);
  const taken = await takeToken(context, { wanted, other: old });
  const words = {
    reloaded: 'while it runs',
    restarted: 'by a restart',
    'not running': 'it does not run, and takes it when it starts',
  };
  report(words[taken]);
}

async function prove(context: ChangeContext, _: unknown, report: (text: string) => void): Promise<void> {
  const tokens = await kept(context);
  const fresh = await askPatiently(context, tokens.new, READY_SECONDS);
  const old = await askGateway(context, tokens.old);
  if (fresh !== 'accepted' || old !== 'refused') throw tokenNotProved({ old, new: fresh });
  report('HTTP 401 and 200');
}

/** The old token stands in the file again, and a gateway that runs accepts it. */
async function takeBack(context: ChangeContext): Promise<void> {
  const tokens = await readKept(context.ports.files, context.path);
  // None: this was done before the kill, for they are forgotten after it.
  if (tokens === null) return;
  await putToken(context, tokens.old);
  const taken = await takeToken(context, { wanted: tokens.old, other: tokens.new });
  context.ports.progress.note(
    taken === 'not running'
      ? 'The gateway does not run. The old token stands in its file again; it is the one that works from the next start on.'
      : 'The old token is the one that works: the gateway accepts it.',
  );
}

async function putToken(context: ChangeContext, token: string): Promise<void> {
  const file = { path: PATHS.gatewayToken, text: token, mode: 0o400 };
  await overwriteOwned(tokenOwner(context), context.path, file);
}

async function kept({ ports, path }: ChangeContext): Promise<KeptTokens> {
  const tokens = await readKept(ports.files, path);
  if (tokens === null) throw new Error('a rotation has no tokens: its first step did not run');
  return tokens;
}
