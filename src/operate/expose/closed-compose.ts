import { isSeq, parseDocument } from 'yaml';
import type { HttpsAccess } from '../../policy/https-access.ts';
import { EDGE } from '../../render/layout.ts';

/**
 * compose.yaml with an edge that no port of this host leads to. With ACME the port stays on which an authority asks before
 * it signs: behind it are its questions and a redirect, and nothing of the gateway.
 * @param text compose.yaml of the deployment
 */
export function closedComposeText(text: string, { certificate }: Pick<HttpsAccess, 'certificate'>): string {
  const document = parseDocument(text);
  const path = ['services', 'edge', 'ports'];
  const ports = document.getIn(path);
  const all = isSeq(ports) ? (ports.toJSON() as string[]) : [];
  const kept = certificate === 'acme' ? all.filter((each) => each.endsWith(`:${EDGE.plainPort}`)) : [];
  if (document.hasIn(path)) document.setIn(path, document.createNode(kept));
  return document.toString({ lineWidth: 0 });
}
