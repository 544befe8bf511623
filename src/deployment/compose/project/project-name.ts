import { interpolate } from '../../../documents/interpolate.ts';
import { hasUnknownVariable } from '../../../documents/unknown-variable.ts';
import { parseComposeFile, type FileReader } from './compose-file.ts';
import { field, plainText } from './nodes.ts';
import { projectFolder } from './project-environment.ts';

/** A text as the name of a project: small letters, digits, `-` and `_`, beginning with a letter or digit. */
export function tidyProjectName(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]/g, '')
    .replace(/^[_-]+/, '');
}

/**
 * The name that Compose gives the project: what the user says, COMPOSE_PROJECT_NAME, `name:` of the last file that has
 * one, or the name of the folder.
 */
export function projectName(reader: FileReader, variables: ReadonlyMap<string, string>): string {
  const { loading } = reader;
  const given = loading.input.projectName || variables.get('COMPOSE_PROJECT_NAME');
  if (given !== undefined && given !== '') {
    if (tidyProjectName(given) !== given) reportName('The name of the project', reader);
    return tidyProjectName(given);
  }
  const written = writtenName(reader, variables);
  const name = tidyProjectName(written ?? projectFolder(loading).split('/').at(-1) ?? '');
  if (name === '') reportName('The name of the project is empty; it', reader);
  return name;
}

function writtenName(reader: FileReader, variables: ReadonlyMap<string, string>): string | undefined {
  let name: string | undefined;
  for (const path of reader.loading.input.files) {
    const parsed = parseComposeFile(path, reader);
    const text = plainText(field(parsed?.node, 'name'));
    if (text !== undefined && text !== '') name = text;
  }
  if (name === undefined) return undefined;
  const { text } = interpolate(name, (variable) => variables.get(variable), reader.loading.input.unset);
  return hasUnknownVariable(text) ? undefined : text;
}

function reportName(subject: string, { loading }: FileReader): void {
  const file = loading.input.files[0] ?? '';
  const message = `${subject} must consist of small letters, digits, "-" and "_", and begin with a letter or digit.`;
  loading.reportAt(message, { file, line: 1, column: 1 });
}
