/** The style of the HTML report: light and dark, screens from 320 px on, paper. No script, nothing from elsewhere. */
export const htmlStyle = `
:root { color-scheme: light dark;
  --page: #fff; --card: #f6f7f9; --line: #c9ced6; --text: #1b1f24; --quiet: #525c69; --link: #0a55b8;
  --critical: #9c0f1f; --high: #a83a00; --medium: #745300; --low: #1f5d84; --good: #166534; --mark: #ffe2dc; }
@media (prefers-color-scheme: dark) { :root {
  --page: #14171b; --card: #1d2127; --line: #3a414b; --text: #e7eaee; --quiet: #a9b3bf; --link: #82b6ff;
  --critical: #ff8f98; --high: #ffa46b; --medium: #e5c04b; --low: #84c5ee; --good: #6fd393; --mark: #57251f; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
main { display: flex; flex-direction: column; max-width: 72rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
main > * { min-width: 0; }
#summary, header { order: -1; }
h1 { font-size: 1.6rem; margin: 0 0 .5rem; } h2 { font-size: 1.25rem; margin: 2rem 0 .25rem; }
h3 { font-size: 1rem; margin: 1.25rem 0 .5rem; } p { margin: .4rem 0; }
h2, h3, p, li, summary, td, th { overflow-wrap: anywhere; }
a { color: var(--link); } .quiet { color: var(--quiet); } .good { color: var(--good); }
code, pre { font: .875rem/1.45 ui-monospace, monospace; }
pre { margin: .5rem 0; padding: .6rem .75rem; overflow-x: auto; background: var(--page); border: 1px solid var(--line); border-radius: 6px; }
mark { background: var(--mark); color: inherit; border-radius: 2px; }
.numbers { display: flex; flex-wrap: wrap; gap: .5rem; list-style: none; margin: .75rem 0; padding: 0; }
.numbers li { border: 1px solid var(--line); border-radius: 8px; background: var(--card); padding: .35rem .8rem; min-width: 6rem; }
.numbers strong { display: block; font-size: 1.4rem; line-height: 1.2; }
.filters { border: 1px solid var(--line); border-radius: 8px; margin: .75rem 0; padding: .25rem .75rem .5rem; }
.filters label { display: inline-block; margin-right: 1.25rem; padding: .25rem 0; }
.finding { border: 1px solid var(--line); border-left: 5px solid var(--tone); border-radius: 8px; background: var(--card); margin: .6rem 0; }
.finding > summary { cursor: pointer; padding: .6rem .75rem; } .finding > div { padding: 0 .75rem .6rem 1.75rem; }
.badge { display: inline-block; font-size: .8rem; font-weight: 700; color: var(--tone); border: 1px solid currentColor; border-radius: 99px; padding: 0 .55rem; margin-right: .4rem; }
.finding > div > p { margin: 0; } .name { font-weight: 600; } .critical { --tone: var(--critical); } .high { --tone: var(--high); }
.medium { --tone: var(--medium); } .low { --tone: var(--low); } .problem { --tone: var(--critical); } .warning { --tone: var(--medium); }
.notice { border-left: 5px solid var(--tone); padding: .1rem .75rem; margin: .6rem 0; background: var(--card); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem .75rem; margin: .5rem 0 0; } dt { color: var(--quiet); } dd { margin: 0; overflow-wrap: anywhere; }
body:has(#show-critical:not(:checked)) .finding.critical, body:has(#show-high:not(:checked)) .finding.high,
body:has(#show-medium:not(:checked)) .finding.medium, body:has(#show-low:not(:checked)) .finding.low,
body:has(#show-others:not(:checked)) .finding.other, body:has(#show-fixable:not(:checked)) .finding.fixable,
body:has(#show-unfixable:not(:checked)) .finding.unfixable { display: none; }
table { border-collapse: collapse; width: 100%; margin: .75rem 0; } th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid var(--line); }
tr.broken { color: var(--critical); font-weight: 700; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
@media (max-width: 30rem) { .finding > div { padding-left: .75rem; } dl { grid-template-columns: 1fr; } dt { margin-top: .3rem; } }
@media print { :root { color-scheme: light; --page: #fff; --card: #fff; --line: #999; --text: #000; --quiet: #333; --link: #000;
    --critical: #9c0f1f; --high: #a83a00; --medium: #745300; --low: #1f5d84; --good: #166534; --mark: #eee; }
  body { font-size: 10pt; } main { max-width: none; padding: 0; } .filters { display: none; }
  .finding, .notice, pre, dl { break-inside: avoid; } h2, h3, summary { break-after: avoid; } pre { white-space: pre-wrap; overflow-wrap: anywhere; }
  details::details-content { content-visibility: visible; height: auto; } }
`;
