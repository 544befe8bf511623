/** A script that is put beside the target's own: what it does is known, and it does no harm. */
export const OWN_SCRIPT = 'clawproof-proof.sh';
/** What it prints before the words that it is given. */
export const OWN_SCRIPT_SAYS = 'clawproof-proof ran with';
/** By bash, which reads more of its environment than other shells. */
export const OWN_SCRIPT_TEXT = `#!/bin/bash\necho "${OWN_SCRIPT_SAYS} $*"\n`;
