import { nearestName } from '../documents/nearest-name.ts';
import { unknownMeasure } from '../errors/measure-errors.ts';
import type { Measure } from '../measures/measure.ts';
import { measures } from '../measures/registry.generated.ts';
import { explainData, explainText, measureTable } from '../report/explain.ts';
import { oneLine } from '../report/printable.ts';
import { createStyle } from '../report/style.ts';
import type { CommandContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import type { ExplainOptions } from './options.ts';

export async function run(
  { ports, output }: CommandContext,
  { measure: id }: ExplainOptions,
): Promise<number> {
  const { terminal } = ports;
  const page = { style: createStyle(terminal.colour), columns: terminal.columns };
  if (id === undefined) {
    const data = { measures: measures.map((measure) => explainData(measure)) };
    terminal.out(output.json ? `${JSON.stringify(data, null, 2)}\n` : measureTable(measures, page));
    return exitCodes.done;
  }
  const measure = findMeasure(id);
  const { readmes } = await import('../measures/readmes.generated.ts');
  const readme = readmes[measure.id] ?? `# ${measure.title}\n\n${measure.why}\n`;
  terminal.out(
    output.json
      ? `${JSON.stringify(explainData(measure, readme), null, 2)}\n`
      : explainText(measure, readme, page),
  );
  return exitCodes.done;
}

/** @throws AppError `unknown-measure` */
export function findMeasure(id: string): Measure {
  const found = measures.find((measure) => measure.id === id.toLowerCase());
  if (found) return found;
  const shown = oneLine(id).slice(0, 80);
  throw unknownMeasure(shown, nearMeasures(shown));
}

const MOST_NEAR = 3;

/** A misspelt id, or the ids that have all words of what was typed: "readonly", "socket". */
function nearMeasures(id: string): string[] {
  const ids = measures.map((measure) => measure.id);
  const nearest = nearestName(id, ids);
  const words = id
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
  const containing =
    words.length === 0
      ? []
      : ids.filter((each) => words.every((word) => each.replaceAll('-', '').includes(word)));
  return [...new Set([...(nearest === undefined ? [] : [nearest]), ...containing])].slice(0, MOST_NEAR);
}
