import type { Command } from 'commander';
import type { Runner } from './command-builder.ts';

export function addSkillsCommands(_program: Command, _runner: Runner): void {}
