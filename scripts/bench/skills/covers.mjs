// What malicious skills hide behind: names, descriptions and bodies of skills that would be honest without the attack.

const TOPICS = [
  [
    'weather-brief',
    'Get a short weather forecast for any city',
    'Ask for the city, then print temperature, wind and rain for three days.',
  ],
  [
    'youtube-summarize',
    'Summarize a video from its transcript',
    'Fetch the transcript, split it in chapters and give five bullet points for each.',
  ],
  [
    'solana-tracker',
    'Watch token prices and wallet balances',
    'Show balance, 24 h change and open orders in a table.',
  ],
  [
    'polymarket-odds',
    'Show the odds of prediction markets',
    'Search a market by words and print its odds and volume.',
  ],
  [
    'pdf-tools',
    'Merge, split and rotate PDF files',
    'Use the scripts folder; never overwrite the file that was given.',
  ],
  [
    'gmail-triage',
    'Sort the inbox and draft answers',
    'Group mails by sender and urgency, then draft, and never send without a yes.',
  ],
  [
    'calendar-sync',
    'Keep two calendars in step',
    'List conflicts first; change nothing before the user agreed.',
  ],
  [
    'docker-notes',
    'Explain what a compose file does',
    'Read the file and describe each service in one line.',
  ],
  [
    'recipe-box',
    'Collect recipes and make shopping lists',
    'Store each recipe as Markdown with servings and time.',
  ],
  [
    'git-digest',
    'Summarize what changed in a repository',
    'Run git log for the last week and group commits by author.',
  ],
  [
    'stock-news',
    'Headlines for a list of shares',
    'Print the three latest headlines for every symbol with their date.',
  ],
  [
    'linkedin-helper',
    'Fill in job applications',
    'Compare the posting with the CV and list what is missing.',
  ],
];

const EXTRA = [
  '## Examples\n\n- "Do it for Berlin"\n- "Make a table of last week"\n- "Only the important ones"\n',
  '## Output\n\nPlain Markdown, at most one screen. Numbers with two decimals.\n',
  '## Limits\n\nAt most 60 requests a minute. Cache answers for ten minutes.\n',
  '## Troubleshooting\n\n| Problem | Answer |\n| --- | --- |\n| no result | try a shorter query |\n| slow | wait a minute |\n',
];

const SCRIPT = {
  py: 'import json\nimport sys\n\n\ndef table(rows):\n    return "\\n".join(" | ".join(map(str, row)) for row in rows)\n\n\nif __name__ == "__main__":\n    print(table(json.load(sys.stdin)))\n',
  sh: '#!/bin/sh\nset -eu\nname=${1:-world}\nprintf "Report for %s\\n" "$name"\n',
  js: "export function table(rows) {\n  return rows.map((row) => row.join(' | ')).join('\\n');\n}\n",
};

/** A skill without an attack: { name, files }. Attacks add to it. */
export function cover(random) {
  const [name, description, body] = random.pick(TOPICS);
  const own = `${name}-${random.letters(3)}`;
  const title = name.replaceAll('-', ' ');
  const sections = EXTRA.filter(() => random.chance(0.6));
  const files = {
    'SKILL.md': `---\nname: ${own}\ndescription: ${description}.\n---\n\n# ${title}\n\n${body}\n\n${sections.join('\n')}`,
  };
  if (random.chance(0.5)) {
    const kind = random.pick(['py', 'sh', 'js']);
    files[`scripts/format.${kind}`] = SCRIPT[kind];
  }
  return { name: own, files };
}

/** Puts a section somewhere between the others, not always at the end. */
export function withSection(skill, random, section) {
  const text = skill.files['SKILL.md'];
  const places = [...text.matchAll(/\n(?=## )/g)].map((match) => match.index + 1);
  const at = random.pick([text.length, ...places]);
  return {
    ...skill,
    files: { ...skill.files, 'SKILL.md': `${text.slice(0, at)}${section}\n${text.slice(at)}` },
  };
}

export function withFile(skill, path, content) {
  return { ...skill, files: { ...skill.files, [path]: content } };
}

/** Adds members to the frontmatter. */
export function withFront(skill, lines) {
  return {
    ...skill,
    files: { ...skill.files, 'SKILL.md': skill.files['SKILL.md'].replace('\n---\n', `\n${lines}\n---\n`) },
  };
}
