/** The `security_opt` list of a service, which the engine accepts with `=` and with `:`. */
export interface SecurityOption {
  name: string;
  /** Undefined when the option stands alone, as in `no-new-privileges`. */
  value?: string;
}

export function parseSecurityOption(text: string): SecurityOption {
  const match = /^([^=:]+)[=:](.*)$/s.exec(text.trim());
  return match ? { name: match[1] ?? '', value: match[2] ?? '' } : { name: text.trim() };
}

/** True when the options forbid new privileges: standing alone or `true`, in either spelling; `false` is not set. */
export function forbidsNewPrivileges(options: readonly string[]): boolean {
  const values = options.map(parseSecurityOption).filter((option) => option.name === 'no-new-privileges');
  return (
    values.length > 0 &&
    values.every(
      (option) =>
        option.value === undefined || ['true', '1', 't', 'T', 'TRUE', 'True'].includes(option.value),
    )
  );
}
