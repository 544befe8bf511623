import type { Mount, Service } from '../deployment/deployment.ts';
import type { DocumentPath } from '../documents/located.ts';
import { hasUnknownVariable } from '../documents/unknown-variable.ts';
import type { Change, Failure, Fix, FixContext, FixSafety, NoFix, PlainValue } from './fix.ts';
import { imageOf, type ServiceImage } from './service-image.ts';
import { isSettings, type Settings } from './settings.ts';

/** One service of a compose file, as fixes look at it. */
export interface ServiceView {
  name: string;
  service: Service;
  /** Its definition in the merged project, as plain data. */
  data: Settings;
  image: ServiceImage;
  context: FixContext;
  /** Path of a part of the service. */
  at: (...steps: (string | number)[]) => DocumentPath;
  /** Text of a scalar of the service as written, or `undefined`; may hold `${…}`. */
  written: (...steps: (string | number)[]) => string | undefined;
}

const noFile =
  'Nothing here tells which file started it; correct the compose file or command that it came from.';

/** Repairs a failure in the service that it is about. */
export function fixService(
  failure: Failure,
  context: FixContext,
  make: (view: ServiceView) => Fix | NoFix,
): Fix | NoFix {
  const name = failure.subject ?? '';
  const view = viewOf(name, context);
  return view ? make(view) : { why: noFile };
}

/** Services have many findings each, and every fix looks at its service. */
const views = new WeakMap<FixContext, Map<string, ServiceView | undefined>>();

export function viewOf(name: string, context: FixContext): ServiceView | undefined {
  let known = views.get(context);
  if (!known) {
    known = new Map();
    views.set(context, known);
  }
  if (!known.has(name)) known.set(name, createView(name, context));
  return known.get(name);
}

function createView(name: string, context: FixContext): ServiceView | undefined {
  const services = context.compose?.services;
  const data = services && Object.hasOwn(services, name) ? services[name] : undefined;
  const service = serviceNamed(context.deployment.services, name);
  if (!service || !isSettings(data)) return undefined;
  return {
    name,
    service,
    data,
    image: imageOf(service, context.deployment),
    context,
    at: (...steps) => ['services', name, ...steps],
    written: (...steps) => context.written?.(['services', name, ...steps]),
  };
}

/** There may be many services, and many findings in each. */
const byName = new WeakMap<readonly Service[], ReadonlyMap<string, Service>>();

function serviceNamed(services: readonly Service[], name: string): Service | undefined {
  let known = byName.get(services);
  if (!known) {
    // The first one of a name counts.
    known = new Map(services.toReversed().map((service) => [service.name, service]));
    byName.set(services, known);
  }
  return known.get(name);
}

/** @param effect mandatory for unsafe fixes */
export function fixOf(title: string, safety: FixSafety, changes: Change[], effect?: string): Fix {
  return effect === undefined ? { title, safety, changes } : { title, safety, effect, changes };
}

export function set(path: DocumentPath, value: PlainValue): Change {
  return { kind: 'set', document: 'compose', path, value };
}

export function add(path: DocumentPath, value: PlainValue): Change {
  return { kind: 'add', document: 'compose', path, value };
}

export function remove(path: DocumentPath): Change {
  return { kind: 'remove', document: 'compose', path };
}

/** A text that Compose shall not interpolate. */
export function literal(text: string): string {
  return text.replaceAll('$', '$$$$');
}

/** How a part of a service is written, or its value in a form that stays what it is. */
export function textAt(view: ServiceView, value: string, ...steps: (string | number)[]): string {
  return view.written(...steps) ?? literal(value);
}

/** True when one of the texts depends on a variable that is set nowhere. */
export function isUnknown(...texts: (string | undefined)[]): boolean {
  return texts.some((text) => text !== undefined && (hasUnknownVariable(text) || text.includes('${')));
}

/** Splits at a character, but not inside of `${…}`. */
export function splitOutsideVariables(text: string, separator: string): string[] {
  const parts = [''];
  let depth = 0;
  let previous = '';
  for (const character of text) {
    if (character === '{' && (previous === '$' || depth > 0)) depth += 1;
    else if (character === '}' && depth > 0) depth -= 1;
    if (character === separator && depth === 0) parts.push('');
    else parts[parts.length - 1] += character;
    previous = character;
  }
  return parts;
}

/** Path of the entry that brings a mount in; a list with one item may be written as the item alone. */
export function mountPath(view: ServiceView, mount: Mount): DocumentPath | undefined {
  if (!mount.entry) return undefined;
  const { field, index } = mount.entry;
  return Array.isArray(view.data[field]) ? view.at(field, index) : view.at(field);
}

/** The entry of a mount as it is written, in the short syntax. */
export function mountText(view: ServiceView, mount: Mount): string | undefined {
  const path = mountPath(view, mount);
  if (!path || !mount.entry) return undefined;
  const list = view.data[mount.entry.field];
  const value: unknown = Array.isArray(list) ? list[mount.entry.index] : list;
  return typeof value === 'string' ? textAt(view, value, ...path.slice(2)) : undefined;
}

/** Makes a mount read-only in the syntax that it has; undefined when it cannot be said there. */
export function makeReadOnly(view: ServiceView, mount: Mount): Change | undefined {
  const path = mountPath(view, mount);
  if (!path || mount.entry?.field !== 'volumes') return undefined;
  const text = mountText(view, mount);
  if (text === undefined) return set([...path, 'read_only'], true);
  const parts = shortMount(text);
  if (!parts) return undefined;
  const others = parts.options.filter((option) => option !== 'rw' && option !== 'ro');
  return set(path, `${parts.source}:${parts.target}:${['ro', ...others].join(',')}`);
}

/** SOURCE:TARGET[:OPTIONS], where the source may be a Windows path, which one letter before the colon is to Compose; undefined for an anonymous volume. */
export function shortMount(text: string): { source: string; target: string; options: string[] } | undefined {
  const drive = /^[A-Za-z]:/.exec(text)?.[0] ?? '';
  const [source = '', target, options = '', ...rest] = splitOutsideVariables(text.slice(drive.length), ':');
  if (target === undefined || rest.length > 0) return undefined;
  return { source: drive + source, target, options: options.split(',').filter((option) => option !== '') };
}
