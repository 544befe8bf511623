/** Exit codes of the program, the same for every command; `clawproof --help` documents them. */
export const exitCodes = {
  done: 0,
  /** A check failed, or a protection does not hold. */
  checkFailed: 1,
  /** Wrong usage or a wrong clawproof.yaml. */
  usage: 2,
  /** There is no deployment here, or it is not running. */
  nothingThere: 3,
  /** Something could not be done or could not be looked at. */
  incomplete: 4,
  /** An error in clawproof itself. */
  bug: 70,
  /** Stopped by Ctrl-C or a termination signal. */
  interrupted: 130,
} as const;
