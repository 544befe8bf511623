import type { FileRule, TextRule } from '../types.ts';
import { agentRules } from './agent.ts';
import { codeRules } from './code.ts';
import { exfiltrationRules } from './exfiltration.ts';
import { fileRules } from './files.ts';
import { machineRules } from './machine.ts';
import { packageRules } from './packages.ts';
import { runRemoteRules } from './run-remote.ts';
import { shellRules } from './shells.ts';
import { unicodeRules } from './unicode.ts';

/** Raised with every change of a rule: a skill that was judged by older ones is judged anew. */
export const RULES_VERSION = 3;

export const TEXT_RULES: readonly TextRule[] = [
  ...runRemoteRules,
  ...shellRules,
  ...exfiltrationRules,
  ...agentRules,
  ...machineRules,
  ...codeRules,
  ...unicodeRules,
  ...packageRules,
];

export const FILE_RULES: readonly FileRule[] = fileRules;
