import type { Command } from 'commander';
import { execute, prepare, type Runner, type SharedOptions } from './command-builder.ts';
import { existingFolder } from './folder.ts';
import { TOKEN_AGE_HELP, TOKEN_ROTATE_HELP, TOKEN_SHOW_HELP } from './token-help.ts';

/** `token rotate`, `token show` and `token age`. */
export function addTokenCommands(program: Command, runner: Runner): void {
  const { host } = runner;
  const token = prepare(program.command('token'), host, 'change the gateway token, show it, tell its age');
  const add = (action: 'rotate' | 'show' | 'age', summary: string, help: string): void => {
    const command = prepare(token.command(action), host, summary).addHelpText('after', help);
    command.action(async () => {
      const options = command.optsWithGlobals<SharedOptions>();
      await execute(runner, 'token', options, async ({ ports }) => ({
        action,
        folder: await existingFolder(ports, options.folder),
      }));
    });
  };
  add('rotate', 'make a new token, and prove that only it works', TOKEN_ROTATE_HELP);
  add('show', 'show the token on this terminal', TOKEN_SHOW_HELP);
  add('age', 'tell how old the token is, and whether it may be', TOKEN_AGE_HELP);
}
