import type { Layer, TextRule } from '../types.ts';
import { milder, search } from './search.ts';

const LOADS =
  /curl|wget|https?:\/\/|base64|\/tmp\/|\/var\/tmp\/|\/dev\/shm|%TEMP%|nohup|\.cache\/|eval|python -c|iex\b/i;

/** A start entry is worse where what it starts is fetched, hidden or temporary. */
function rateEntry(layer: Layer, match: RegExpExecArray): 'critical' | 'warning' | 'info' {
  const end = layer.text.indexOf('\n', match.index + match[0].length);
  const start = layer.text.lastIndexOf('\n', match.index) + 1;
  const line = layer.text.slice(
    Math.max(start, match.index - 300),
    end === -1 ? undefined : Math.min(end, match.index + 500),
  );
  return milder(layer, match.index, LOADS.test(line) ? 'critical' : 'warning');
}

const persistence: TextRule = {
  id: 'persistence',
  title: 'Makes itself start again',
  severity: 'warning',
  why: 'It runs again after a restart, at every login or every few minutes, and outlives the skill.',
  find: (layer) => [
    ...[
      /\|\s*crontab\s+-|\bcrontab\s+(?:-u\s+\S+\s+)?[\w./$~-]{2,80}\s*$|\/etc\/cron(?:\.\w+|tab)\b[^\n]{0,80}/gm,
      /(?:>>|\btee\s+-a)\s*["']?(?:~|\$\{?HOME\}?|\/root|\/home\/\w+)\/\.(?:bashrc|zshrc|profile|bash_profile|zprofile|zshenv|config\/fish\/config\.fish)\b[^\n]{0,80}/g,
      /\blaunchctl\s+(?:load|bootstrap|submit)\b[^\n]{0,120}/g,
      /\bsystemctl\s+(?:--user\s+)?enable\b[^\n]{0,120}/g,
      /(?:>|\bcp\b|\btee\b|\bmv\b)[^\n]{0,120}(?:LaunchAgents|LaunchDaemons|\.config\/systemd\/user|\/etc\/systemd\/system|\.config\/autostart)\/[^\n]{0,80}/g,
    ].flatMap((pattern) =>
      search(layer, pattern, (match) =>
        /export PATH|alias |completion|eval "\$\(\w+ (?:init|hook|shellenv|completion)/.test(
          layer.text.slice(Math.max(0, match.index - 200), match.index + 5),
        ) && !LOADS.test(match[0])
          ? 'info'
          : rateEntry(layer, match),
      ),
    ),
    ...[
      /(?:>>?|\btee\b|\bcp\b)[^\n]{0,120}\.ssh\/authorized_keys\b/g,
      /\bgit\s+config\s+--(?:global|system)\s+(?:core\.(?:hooksPath|sshCommand|fsmonitor|editor|pager)|init\.templateDir|url\.)[^\n]{0,80}/g,
      /\breg(?:\.exe)?\s+add\s+[^\n]{0,60}\\(?:CurrentVersion\\)?Run(?:Once)?\b[^\n]{0,120}/gi,
      /\bschtasks(?:\.exe)?\s+\/create\b[^\n]{0,160}/gi,
      /\b(?:New|Register)-ScheduledTask\b[^\n]{0,120}/gi,
      /\/etc\/ld\.so\.preload|\/etc\/profile\.d\/|\/etc\/rc\.local/g,
    ].flatMap((pattern) =>
      search(layer, pattern, (match) =>
        // One's own key, put on another machine over ssh.
        /authorized_keys/.test(match[0]) &&
        /\.pub\b[^\n]{0,80}\bssh\s/.test(layer.text.slice(Math.max(0, match.index - 160), match.index))
          ? 'info'
          : milder(layer, match.index, 'critical'),
      ),
    ),
  ],
};

const engine: TextRule = {
  id: 'container-escape',
  title: 'Asks for the container engine, or for the host',
  severity: 'critical',
  why: 'Whoever reaches the engine socket, the namespaces of the host or its devices owns the host.',
  find: (layer) => [
    ...search(layer, /\b(?:docker|containerd|podman|crio|dockershim)\.sock\b[^\n]{0,80}/g, (match) => {
      const around = layer.text.slice(Math.max(0, match.index - 160), match.index + match[0].length);
      return milder(
        layer,
        match.index,
        /\s-v\s|--volume|--mount|volumes:|--unix-socket|chmod|chown|-H\s+unix|\.sock:/.test(around)
          ? 'critical'
          : 'warning',
      );
    }),
    ...[
      /\bdocker\s+(?:run|create|exec)\b[^\n]{0,200}--(?:privileged|pid[= ]host|net(?:work)?[= ]host\s+--privileged|cap-add[= ](?:ALL|SYS_ADMIN|SYS_PTRACE))\b/g,
      /\bdocker\s+run\b[^\n]{0,200}(?:-v|--volume)[= ]["']?\/:[^\n]{0,80}/g,
      /\bnsenter\s+[^\n]{0,60}(?:-t|--target)[= ]?1\b/g,
      /\bNOPASSWD\b\s*:\s*ALL/g,
      /\bchmod\s+(?:u\+s|[246]7[0-7]{2})\s+[^\n]{0,60}/g,
      /\/proc\/sys\/kernel\/(?:core_pattern|modprobe)|\brelease_agent\b|\/proc\/sysrq-trigger/g,
      /\b(?:insmod|modprobe)\s+(?:-\w+\s+)*(?:\.\/|\/tmp|\/)[\w./-]{2,80}/g,
      /\bmount\s+[^\n]{0,40}\/dev\/(?:sd|nvme|vd)\w+/g,
      /\bchroot\s+\/(?:host|mnt|rootfs)\b/g,
    ].flatMap((pattern) => search(layer, pattern, (match) => milder(layer, match.index, 'critical'))),
  ],
};

export const machineRules: readonly TextRule[] = [persistence, engine];
