// The lock is read and written by operations, but the engine's image code pins in it: it lives there.
export { emptyLock, formatLock, type Lock, parseLock } from '../engine/lock-file.ts';
