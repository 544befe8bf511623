/** Value of docker's --mount for a folder or file of the host; the option is CSV, so a comma or quote in a path is quoted. */
export function bindMount(source: string, target: string, readOnly: boolean): string {
  const fields = ['type=bind', `source=${source}`, `target=${target}`, ...(readOnly ? ['readonly'] : [])];
  return fields
    .map((field) => (/[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field))
    .join(',');
}
