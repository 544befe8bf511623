/** Shown below the options of `token rotate`. */
export const TOKEN_ROTATE_HELP = `
Makes a new token of 256 bits and lets the running gateway take it without a
restart, or with one where that fails. Then tries both on the published port:
the old one must get HTTP 401, the new one 200. Until that is seen, everything
leads back to the old token; "clawproof recover" ends an interrupted rotation.

Programs that use the token need the new one. So does a browser in which the
token was typed. Paired devices have tokens of their own: docs/tokens.md.`;

/** Shown below the options of `token show`. */
export const TOKEN_SHOW_HELP = `
Only on a terminal: in a pipe, in a file or with --json it is refused, so that
the token gets into no log. To open the dashboard nobody needs it:
  clawproof dashboard`;

/** Shown below the options of `token age`. */
export const TOKEN_AGE_HELP = `
How old it may be is set in clawproof.yaml; 90 days unless told:
  access:
    tokenMaxAgeDays: 30

Exit codes:
  0  young enough
  1  too old
  4  there is no token`;
