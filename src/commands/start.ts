// What every command needs before it is known which one it is; main.ts loads it as a whole.
export { createCommandLine } from './command-line.ts';
export { commandLoaders } from './command-table.ts';
export { createNodeTerminal } from '../ports/node/terminal.ts';
