import { remove, set, type ServiceView } from './fix-service.ts';
import type { Change } from './fix.ts';

/**
 * Changes that take an option out of the command and the entrypoint of a service; everything else in them stays as it is
 * written. Empty where the option is not written there: the image or a variable brings it in.
 * @param option `--name`
 * @param value of the option where it has one; only that value is taken out
 */
export function withoutOption(view: ServiceView, option: string, value?: string): Change[] {
  return ['command', 'entrypoint'].flatMap((field) => {
    const words = view.data[field];
    return Array.isArray(words)
      ? fromList(view, field, words.map(String), option, value)
      : fromText(view, [field], option, value);
  });
}

function fromList(
  view: ServiceView,
  field: string,
  words: readonly string[],
  option: string,
  value?: string,
): Change[] {
  const index = words.findIndex(
    (word) => word === option || (value !== undefined && word === `${option}=${value}`),
  );
  if (index === -1) return words.flatMap((_, item) => fromText(view, [field, item], option, value));
  const isTwoWords = value !== undefined && words[index] === option;
  return [index, ...(isTwoWords ? [index + 1] : [])].map((item) => remove(view.at(field, item)));
}

/** An option within a longer text, such as the line of a shell. */
function fromText(view: ServiceView, steps: (string | number)[], option: string, value?: string): Change[] {
  const text = view.written(...steps);
  if (text === undefined) return [];
  const pattern =
    value === undefined ? `\\s+${option}(?![\\w-])` : `\\s+${option}[= ]["']?${value}["']?(?![\\w-])`;
  const shorter = text.replace(new RegExp(pattern, 'u'), '');
  return shorter === text ? [] : [set(view.at(...steps), shorter)];
}
