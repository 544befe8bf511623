const placeholderPattern =
  /^(?:<.*>|\{\{.*\}\}|\[.*\]|x{3,}|\*{3,}|\.{3,}|change[-_ ]?(?:me|this|it)(?![a-z]).*|replace[-_ ]?(?:me|this|with)(?![a-z]).*|your[-_ ].*|my[-_].*|todo.*|tbd|none|null|undefined|dummy.*|example.*|placeholder.*|insert[-_ ].*|enter[-_ ].*|set[-_ ](?:me|this)\b.*|secret|password|token|test|ollama(?:-local)?|local|lm-?studio|vllm|not[-_ ]needed|unused|no[-_ ]?key|dummy|fake|sk-(?:ant-)?(?:\.{2,}|x{3,}|your.*))$/i;
const wordPattern = /^(?:true|false|yes|no|on|off|\d{1,6})$/i;

/** True for a value that only says where a secret goes. */
export function isPlaceholder(value: string): boolean {
  const text = value.trim();
  return (
    text === '' ||
    placeholderPattern.test(text.slice(0, 200)) ||
    /your[-_ ]|[-_ ]here$|placeholder/i.test(text.slice(0, 200))
  );
}

/** True for a value that is a secret when its name says so: no path, no switch, no reference, no placeholder. */
export function holdsSecret(value: string): boolean {
  const text = value.trim();
  return !isPlaceholder(text) && !wordPattern.test(text) && !/^[/~.]|^\$\{?\w|[\uFDD0\uFDD1]/.test(text);
}
