import type { FirewallNames } from '../../render/firewall/names.ts';
import type { UsableTool } from '../../render/firewall/script.ts';
import type { Change } from '../change/change.ts';
import { writePolicyText } from '../policy-file.ts';
import { putScript, putUnit } from './host-files.ts';
import { unloadRules } from './kernel.ts';

/** What the steps of switching the firewall off have to know. */
export interface FirewallOffMemo {
  names: FirewallNames;
  tools: UsableTool[];
  /** Text of clawproof.yaml afterwards. */
  policy: string;
}

/** Takes everything away; once begun it is completed, whatever interrupts it. */
export const firewallOffChange: Change<FirewallOffMemo> = {
  name: 'firewall off',
  commitAt: 'policy',
  steps: [
    {
      id: 'policy',
      title: 'clawproof.yaml',
      run: (context, { policy }) => writePolicyText(context, policy),
    },
    {
      id: 'unit',
      title: 'Unit of systemd',
      run: ({ ports }, { names }) => putUnit(ports, names, null),
    },
    {
      id: 'rules',
      title: 'Rules in the kernel',
      run: ({ ports }, { names, tools }) => unloadRules(ports, names, tools),
    },
    {
      id: 'script',
      title: 'Script that loads the rules',
      run: ({ ports }, { names }) => putScript(ports, names, null),
    },
  ],
};
