import { set, type ServiceView } from './fix-service.ts';
import type { Change } from './fix.ts';

/** Gives the gateway a host name of its own where the engine would choose one. */
export function fixHostName(view: ServiceView): Change[] {
  const isOpen = view.service.role === 'gateway' && view.service.hostname === '';
  return isOpen ? [set(view.at('hostname'), hostNameFor(view.name))] : [];
}

/** The service's own name, by which its neighbours know it anyway, as a host name may be written. */
export function hostNameFor(service: string): string {
  const name = service
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .slice(0, 63);
  return name.replaceAll(/^-+|-+$/g, '') || 'openclaw';
}
