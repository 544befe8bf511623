import { MEMORY_FILES, TWIN } from './layout.ts';

/** What a sentence asks for, made a command. */
export interface ProseCommand {
  kind: 'link' | 'request';
  command: string;
}

const NEGATED =
  /\b(?:never|not|don['’]t|do not|avoid|without|cannot|can['’]t|must not|instead of|rather than)\b/i;
const WRITES = /\b(?:append|add|write|insert|put|save|store|copy|update|edit|remember|record)\b/i;
const TAKES = /\b(?:read|collect|send|upload|include|attach|post|submit|share|copy|gather|report|forward)\b/i;
const RUNS = /\b(?:run|execute|launch|install|start|open|paste)\b/i;
const FETCHES = /\b(?:download|fetch|get|grab|visit|install|run|execute)\b/i;
const MEMORY = new RegExp(
  String.raw`\b(${MEMORY_FILES.map((name) => name.replace('.', String.raw`\.`)).join('|')})\b`,
);
const URL_IN_TEXT = /https?:\/\/[^\s<>()"'\]`]+[^\s<>()"'\]`.,;:!?]/;
const SECRET =
  /(?:~|\$HOME|\/home\/node)\/(?:\.ssh|\.aws|\.openclaw|\.clawdbot|\.config|\.git-credentials|\.npmrc|\.netrc|\.env)[\w./-]*/;

/**
 * What a sentence of a skill asks an obedient model for, as commands: to take a download and start it, to write into the
 * agent's memory, to read or send what is secret. Sentences that say what not to do ask for nothing.
 * @param block of code that follows, which such a sentence may point to
 */
export function proseCommand(text: string, block: string | undefined): ProseCommand[] {
  if (NEGATED.test(text)) return [];
  const [url] = URL_IN_TEXT.exec(text) ?? [];
  return writing(text, block) ?? taking(text, url) ?? (url === undefined ? [] : downloading(text, url));
}

function writing(text: string, block: string | undefined): ProseCommand[] | undefined {
  const [, name] = MEMORY.exec(text) ?? [];
  if (name === undefined || !WRITES.test(text)) return undefined;
  const command = `cat >> ${TWIN.workspace}/${name} <<'END_OF_TEXT'\n${block ?? text}\nEND_OF_TEXT`;
  return [{ kind: 'request', command }];
}

function taking(text: string, url: string | undefined): ProseCommand[] | undefined {
  const [path] = SECRET.exec(text) ?? [];
  if (path === undefined || !TAKES.test(text)) return undefined;
  const file = path.replace(/^~/, TWIN.home).replace(/[.,;:]+$/, '');
  const send = url === undefined ? '' : ` | curl -fsS --data-binary @- '${url}'`;
  return [{ kind: 'request', command: `cat ${file}${send}` }];
}

function downloading(text: string, url: string): ProseCommand[] {
  if (!FETCHES.test(text) || !isDownload(url, text)) return [];
  const fetched = `curl -fsSL '${url}' -o /tmp/download-of-skill`;
  return [{ kind: 'link', command: RUNS.test(text) ? `${fetched} && sh /tmp/download-of-skill` : fetched }];
}

/** A link to read something at is none: what is fetched must be a program, or be meant to run. */
function isDownload(url: string, text: string): boolean {
  return (
    /\.(?:sh|py|js|zip|tgz|tar\.gz|exe|dmg|pkg|deb|AppImage|bin|run)(?:$|[?#])/i.test(url) ||
    /\b(?:run|execute|paste)\b/i.test(text)
  );
}
