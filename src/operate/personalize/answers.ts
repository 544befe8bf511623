import { z } from 'zod';
import { parseYaml } from '../../documents/yaml.ts';
import { answersInvalid } from '../../errors/personalize-errors.ts';

/** One line without control characters: it becomes a line of a file that a model reads. */
const line = z
  .string()
  .trim()
  .min(1)
  .max(300)
  // oxlint-disable-next-line no-control-regex
  .regex(/^[^\u0000-\u001F\u007F-\u009F\u2028\u2029]*$/, 'must be one line');
const lines = z.array(line).max(50);

const schema = z.strictObject({
  agent: z.strictObject({ name: line, creature: line, vibe: line, emoji: line }).partial().optional(),
  user: z.strictObject({ name: line, timezone: line, preferences: lines }).partial().optional(),
  boundaries: lines.optional(),
  tools: lines.optional(),
  remember: lines.optional(),
});

/** What a person has said about the agent and about themselves. Whatever is absent leaves its place as it is. */
export type Answers = z.infer<typeof schema>;

/** @throws AppError `answers-invalid` */
export function parseAnswers(text: string, path: string): Answers {
  const document = parseYaml(text, path);
  const [problem] = document.problems;
  if (problem !== undefined)
    throw answersInvalid(path, [`line ${problem.position.line}: ${problem.message}`]);
  const result = schema.safeParse(document.value ?? {});
  if (result.success) return result.data;
  throw answersInvalid(
    path,
    result.error.issues.map(({ path: where, message }) =>
      where.length > 0 ? `${where.join('.')}: ${message}` : message,
    ),
  );
}

/** What is asked, in this order. `many` = several, separated by semicolons. */
export const QUESTIONS = [
  { key: 'agent.name', text: 'What is the name of your agent?', many: false },
  { key: 'agent.creature', text: 'What is it? (an assistant, a robot, an owl …)', many: false },
  { key: 'agent.vibe', text: 'How does it come across? (calm, short, dry …)', many: false },
  { key: 'agent.emoji', text: 'Its emoji?', many: false },
  { key: 'user.name', text: 'How shall it call you?', many: false },
  { key: 'user.timezone', text: 'Your time zone? (such as Europe/Berlin)', many: false },
  { key: 'user.preferences', text: 'What do you prefer? (several: separate them with ;)', many: true },
  { key: 'boundaries', text: 'What must it never do? (several: ;)', many: true },
  { key: 'tools', text: 'What should it know of your devices and tools? (several: ;)', many: true },
  { key: 'remember', text: 'What should it remember for good? (several: ;)', many: true },
] as const;

/** Answers as typed; empty ones are left out. @throws AppError `answers-invalid` */
export function answersFrom(typed: Readonly<Record<string, string>>): Answers {
  const tree: Record<string, unknown> = {};
  for (const { key, many } of QUESTIONS) {
    const text = typed[key]?.trim() ?? '';
    if (text === '') continue;
    const parts = text.split(';').map((part) => part.trim());
    const value = many ? parts.filter((part) => part !== '') : text;
    const [first = '', second] = key.split('.');
    if (second === undefined) tree[first] = value;
    else tree[first] = { ...(tree[first] as object | undefined), [second]: value };
  }
  return parseAnswers(JSON.stringify(tree), 'What was typed');
}
