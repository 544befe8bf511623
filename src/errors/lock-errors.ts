import { AppError } from './app-error.ts';

const UNTOUCHED = 'Nothing was changed; what runs keeps running.';

/** clawproof.lock cannot be used. `problem` completes "…: ". */
export function lockInvalid(file: string, problem: string): AppError {
  return new AppError('lock-invalid', {
    exitCode: 2,
    message: `${file} is damaged or was edited: ${problem}.`,
    state: UNTOUCHED,
    next: [
      'Take it back from version control or a backup. When there is none, set it aside; everything is then pinned anew:',
      `  mv ${file} ${file}.damaged && clawproof up`,
    ],
  });
}

export function lockTooNew(file: string, found: number, supported: number): AppError {
  return new AppError('lock-too-new', {
    exitCode: 2,
    message: `${file} was written by a newer clawproof (format ${found}; this one knows up to ${supported}).`,
    state: UNTOUCHED,
    next: ['Use the newer clawproof:', '  npx clawproof@latest up'],
  });
}
