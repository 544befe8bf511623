/** Letters of other scripts that look like Latin ones, and the Latin ones; only those that fonts show alike. */
const PAIRS =
  'аa еe оo рp сc уy хx ѕs іi јj ԁd ԛq ԝw һh ӏl ոn ցg АA ВB ЕE КK МM НH ОO РP СC ТT ХX ЅS ІI ЈJ αa οo νv ρp τt υu κk ιi ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX ɡg ɑa ℓl ⅼl ‐- ‑- −- ∕/ ⁄/ ꞉: ｡. ․.';

const LOOK_ALIKES: ReadonlyMap<string, string> = new Map(
  PAIRS.split(' ').map((pair) => {
    const [from = '', to = ''] = [...pair];
    return [from, to];
  }),
);

/** The letter that this one is taken for; undefined when it is taken for itself. */
export function looksLike(letter: string): string | undefined {
  const code = letter.codePointAt(0) ?? 0;
  // Full-width forms, and the letters of mathematics.
  if (code >= 0xff01 && code <= 0xff5e) return String.fromCharCode(code - 0xfee0);
  if (code >= 0x1d400 && code <= 0x1d7ff) return letter.normalize('NFKC');
  return LOOK_ALIKES.get(letter);
}
