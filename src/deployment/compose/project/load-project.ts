import { parseLocatedYaml } from '../../../documents/located-yaml.ts';
import type { LocatedMap } from '../../../documents/located.ts';
import { createFileReader, type FileReader, type YamlParser } from './compose-file.ts';
import type { ComposeInput, ComposeNeeds, ComposeProject, TextLookup } from './compose-project.ts';
import { checkConsistency } from './consistency.ts';
import { withFileValues } from './env-files.ts';
import { withInheritedValues } from './environment-values.ts';
import { createLoading } from './loading.ts';
import { loadModel } from './model.ts';
import { mapNode } from './nodes.ts';
import { profilesOf, withActiveServices } from './profiles.ts';
import { projectEnvironment, projectFolder } from './project-environment.ts';
import { projectName } from './project-name.ts';

/**
 * Loads compose files as Docker Compose does. Pure: texts come from `lookup`, and as long as one is missing, the result
 * only says which.
 *
 * A map or list that several files wrote stands for its place in the first of them; one that a service has beside what it
 * extends, for its place in the service.
 * @param parse remembers what it parsed where the same files are loaded again and again
 */
export function loadComposeProject(
  input: ComposeInput,
  lookup: TextLookup,
  parse: YamlParser = parseLocatedYaml,
): ComposeProject | ComposeNeeds {
  const loading = createLoading(input, lookup);
  const folder = projectFolder(loading);
  const variables = projectEnvironment(loading);
  for (const file of input.files) loading.read(file);
  if (!variables || loading.needs.size > 0) return { needs: [...loading.needs] };
  const reader = createFileReader(loading, folder, parse);
  const { name, model } = namedModel(reader, variables);
  if (loading.needs.size > 0) return { needs: [...loading.needs] };
  const envFiles: ComposeProject['envFiles'] = [];
  const active = withActiveServices(model, profilesOf(input, variables));
  checkConsistency(model, active, loading);
  const inherited = withInheritedValues(active, variables);
  const root = withFileValues(inherited, folder, variables, loading, envFiles);
  if (loading.needs.size > 0) return { needs: [...loading.needs] };
  return {
    name,
    projectDirectory: folder,
    root,
    sources: loading.sources,
    problems: [...loading.problems],
    unset: [...loading.unset.values()],
    envFiles,
  };
}

/** The name is a variable in the files, so it must be known before their variables are put in. */
function namedModel(reader: FileReader, variables: Map<string, string>): { name: string; model: LocatedMap } {
  const { loading, folder } = reader;
  const { files } = loading.input;
  const scope = { folder, environment: { id: 0, variables } };
  const name = projectName(reader, variables);
  variables.set('COMPOSE_PROJECT_NAME', name);
  const model = loadModel({ files, scope, stack: [] }, reader);
  if (model) return { name, model };
  const file = files[0] ?? folder;
  if (loading.problems.length === 0 && loading.needs.size === 0)
    loading.reportAt('The compose file is empty.', { file, line: 1, column: 1 });
  return { name, model: mapNode(new Map(), { file, range: { start: 0, end: 0 }, path: [] }) };
}
